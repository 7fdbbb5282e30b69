-- needs: audit.audited_run, audit.decision_price, audit.grant_clause, plan.scenario, plan.scenario_charger, plan.scenario_grant_program, plan.scenario_grant_band
-- grain: one row per (decision_id, program) of a sound plan

create table audit.decision_grant as

with clause as (
    select a.run_id, k.decision_id, k.program, bool_and(k.is_kept) as is_kept
    from audit.audited_run as a
    cross join lateral audit.grant_clause(a.run_id) as k
    group by a.run_id, k.decision_id, k.program
),

earned as (
    select
        d.decision_id, d.run_id, d.phase, d.site_id, p.program, p.family, p.rank, p.application_cap_cad,
        n.grant_stack_share_max * d.grantable_cad as limit_cad,
        least(p.cost_share_max * d.grantable_cad, coalesce(c.ports_cad, 0)) as own_cad
    from audit.decision_price as d
    join plan.scenario as n on n.scenario_id = d.scenario_id
    join plan.scenario_grant_program as p on p.scenario_id = d.scenario_id and p.is_on
    -- each port by the band of its power
    cross join lateral (
        select sum(g.port_count * b.port_cap_cad) as ports_cad
        from unnest(d.new_types, d.new_port_counts) as g (charger_type, port_count)
        join plan.scenario_charger as t on t.scenario_id = d.scenario_id and t.charger_type = g.charger_type
        cross join lateral (
            select o.port_cap_cad from plan.scenario_grant_band as o
            where o.scenario_id = p.scenario_id and o.program = p.program and o.kw_min <= t.port_kw
            order by o.kw_min desc limit 1
        ) as b
    ) as c
    left join clause as k on k.run_id = d.run_id and k.decision_id = d.decision_id and k.program = p.program
    where coalesce(k.is_kept, true)
),

-- of a family the first by rank that pays anything
chosen as (
    select *, min(rank) filter (where own_cad > 0) over (partition by run_id, decision_id, family) as family_rank
    from earned
),

-- who pays first leaves the rest of the limit to the others
stacked as (
    select *, coalesce(sum(own_cad) over (
        partition by run_id, decision_id order by rank, program rows between unbounded preceding and 1 preceding
    ), 0) as before_cad
    from chosen
    where rank = family_rank
)

select
    decision_id, run_id, phase, site_id, program, application_cap_cad,
    greatest(least(own_cad, limit_cad - before_cad), 0) as eligible_cad
from stacked;

create index on audit.decision_grant (run_id);

comment on table audit.decision_grant is 'What each decision would get by itself from each program whose clauses it keeps; an application gets the sum of its projects, up to its cap.';
comment on column audit.decision_grant.decision_id is 'The decision.';
comment on column audit.decision_grant.run_id is 'The run.';
comment on column audit.decision_grant.phase is 'The phase of the project; all projects of a phase are one application.';
comment on column audit.decision_grant.site_id is 'The site.';
comment on column audit.decision_grant.program is 'The program.';
comment on column audit.decision_grant.application_cap_cad is 'Most for an application; null for none.';
comment on column audit.decision_grant.eligible_cad is 'By the share of the price, the caps per port and what all programs together may pay.';
