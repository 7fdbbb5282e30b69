-- needs: audit.decision_price, plan.scenario, audit.level, plan.scenario_grant_program, plan.scenario_grant_band,
--   plan.scenario_grant_minimum
-- grain: one row per (decision_id, program)

create view audit.decision_grant as

with earned as (
    select
        d.decision_id, d.run_id, d.phase, d.site_id, p.program, p.rank, p.application_cap_cad,
        n.grant_stack_share_max * d.capex_cad as limit_cad,
        least(p.cost_share_max * d.capex_cad, greatest(d.l2_port_count_change, 0) * coalesce(b.l2_cad, 0)
            + greatest(d.l3_port_count_change, 0) * coalesce(b.l3_cad, 0)) as own_cad
    from audit.decision_price as d
    join plan.scenario as n on n.scenario_id = d.scenario_id
    join plan.scenario_grant_program as p on p.scenario_id = d.scenario_id and p.is_on
    cross join lateral (
        select
            (array_agg(b.port_cap_cad order by b.kw_min desc) filter (where l.level = 'L2'))[1] as l2_cad,
            (array_agg(b.port_cap_cad order by b.kw_min desc) filter (where l.level = 'L3'))[1] as l3_cad
        from plan.scenario_grant_band as b
        join audit.level as l on l.scenario_id = b.scenario_id and l.port_kw >= b.kw_min
        where b.scenario_id = p.scenario_id and b.program = p.program
    ) as b
    where (
        select coalesce(bool_or(
            m.l2_port_count_min <= greatest(d.l2_port_count_change, 0) and m.l3_port_count_min <= greatest(d.l3_port_count_change, 0)
        ), true)
        from plan.scenario_grant_minimum as m
        where m.scenario_id = p.scenario_id and m.program = p.program
    )
),

-- who pays first leaves the rest of the limit to the others
stacked as (
    select *, coalesce(sum(own_cad) over (
        partition by decision_id order by rank, program rows between unbounded preceding and 1 preceding
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
