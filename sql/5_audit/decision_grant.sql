-- needs: audit.decision_price, audit.port_change, plan.scenario, plan.scenario_charger, plan.scenario_grant_program,
--   plan.scenario_grant_band, plan.scenario_grant_minimum
-- grain: one row per (decision_id, program)

create view audit.decision_grant as

with gained as not materialized (
    select
        c.run_id, c.scenario_id, c.decision_id, c.level, t.port_kw, greatest(c.port_count_after - c.port_count_before, 0) as port_count
    from audit.port_change as c
    join plan.scenario_charger as t on t.scenario_id = c.scenario_id and t.charger_type = c.charger_type
),

capped as not materialized (
    select g.run_id, g.decision_id, b.program, sum(g.port_count * b.port_cap_cad) as ports_cad
    from gained as g
    join (
        select scenario_id, program, kw_min, port_cap_cad, lead(kw_min) over (partition by scenario_id, program order by kw_min) as next_kw_min
        from plan.scenario_grant_band
    ) as b on b.scenario_id = g.scenario_id and g.port_kw >= b.kw_min and g.port_kw < coalesce(b.next_kw_min, 'infinity')
    group by g.run_id, g.decision_id, b.program
),

-- alternatives of which a site has all the ports that they ask for
met as not materialized (
    select d.run_id, d.decision_id, m.program
    from audit.decision_price as d
    join plan.scenario_grant_minimum as m on m.scenario_id = d.scenario_id
    left join (
        select g.run_id, g.decision_id, g.level, sum(g.port_count) as port_count from gained as g group by g.run_id, g.decision_id, g.level
    ) as l on l.run_id = d.run_id and l.decision_id = d.decision_id and l.level = m.level
    group by d.run_id, d.decision_id, m.program, m.alternative
    having bool_and(coalesce(l.port_count, 0) >= m.port_count_min)
),

earned as (
    select
        d.decision_id, d.run_id, d.phase, d.site_id, p.program, p.rank, p.application_cap_cad,
        n.grant_stack_share_max * d.capex_cad as limit_cad,
        least(p.cost_share_max * d.capex_cad, coalesce(c.ports_cad, 0)) as own_cad
    from audit.decision_price as d
    join plan.scenario as n on n.scenario_id = d.scenario_id
    join plan.scenario_grant_program as p on p.scenario_id = d.scenario_id and p.is_on
    left join capped as c on c.run_id = d.run_id and c.decision_id = d.decision_id and c.program = p.program
    where not exists (select from plan.scenario_grant_minimum as m where m.scenario_id = p.scenario_id and m.program = p.program)
        or (d.run_id, d.decision_id, p.program) in (select m.run_id, m.decision_id, m.program from met as m)
),

-- who pays first leaves the rest of the limit to the others
stacked as (
    select *, coalesce(sum(own_cad) over (
        partition by run_id, decision_id order by rank, program rows between unbounded preceding and 1 preceding
    ), 0) as before_cad
    from earned
)

select
    decision_id, run_id, phase, site_id, program, application_cap_cad,
    greatest(least(own_cad, limit_cad - before_cad), 0) as eligible_cad
from stacked;

comment on view audit.decision_grant is 'What each decision would get from each program by itself; an application gets the sum of its projects, up to its cap.';
comment on column audit.decision_grant.decision_id is 'The decision.';
comment on column audit.decision_grant.run_id is 'The run.';
comment on column audit.decision_grant.phase is 'The phase of the project; all projects of a phase are one application.';
comment on column audit.decision_grant.site_id is 'The site.';
comment on column audit.decision_grant.program is 'The program.';
comment on column audit.decision_grant.application_cap_cad is 'Most for an application; null for none.';
comment on column audit.decision_grant.eligible_cad is 'By the share of the price, the caps per port and what all programs together may pay.';
