-- needs: report.published_run, plan.run, plan.site_bound, plan.decision, report.coverage_worth, model.scenario, model.rule, core.site, core.site_profile, analysis.candidate_score, report.phase_budget
-- grain: one row per (run_id, site_id)

create view report.candidate_bound as

with candidate as (
    select
        r.run_id, b.site_id, n.objective, b.refusal, b.cheapest_phase, b.ports,
        -- less than that share is a rounding
        case when abs(n.objective - b.objective_bound) <= 1e-9 * abs(n.objective) then 0 else n.objective - b.objective_bound end as loss_at_least,
        b.capex_cad, b.capex_cad - b.grant_cad - b.resale_cad as net_capex_cad, k.score,
        exists (select from plan.decision as d where d.run_id = b.run_id and d.site_id = b.site_id) as is_planned
    from report.published_run as r
    join plan.run as n on n.run_id = r.run_id
    join plan.site_bound as b on b.run_id = r.run_id and b.is_candidate
    left join analysis.candidate_score as k on k.site_id = b.site_id
),

-- what the plan has not spent by the end of a phase can be spent in it, and where it is carried over nothing later needs it
money as (
    select
        p.run_id, p.phase,
        case when s.is_budget_carried_over
            then (select min(q.left_cad) from report.phase_budget as q where q.run_id = p.run_id and q.phase >= p.phase)
            else p.left_cad
        end as left_cad
    from report.phase_budget as p
    join plan.run as r using (run_id)
    join model.scenario as s using (scenario_id)
    join model.rule as u on u.scenario_id = s.scenario_id and u.rule = 'budget'
)

select
    -- the same in every query, whatever is filtered
    c.run_id * 10000000000 + c.site_id as candidate_bound_id,
    c.run_id,
    c.site_id,
    i.name,
    c.refusal,
    o.exclusion,
    c.is_planned,
    case when c.refusal is null then (
        row_number() over (
            partition by c.run_id, c.refusal is null
            -- of what is shown: bounds differ in their last digits from server to server
            order by c.is_planned desc, round(c.loss_at_least::numeric, 6) nulls last, c.score desc nulls last, c.site_id
        )
    )::integer end as rank,
    c.score,
    c.loss_at_least,
    c.loss_at_least / nullif(abs(c.objective), 0) as loss_share,
    w.level as loss_level,
    c.loss_at_least * w.population_per_objective as loss_population,
    c.ports,
    c.cheapest_phase as phase,
    c.capex_cad,
    c.net_capex_cad,
    m.left_cad,
    g.site_id as displaced_site_id,
    o.address,
    o.city,
    o.owner_class,
    o.lon,
    o.lat,
    i.geom::geometry(Point, :metric_srid) as geom
from candidate as c
join core.site as i on i.site_id = c.site_id
join core.site_profile as o on o.site_id = c.site_id
left join money as m on m.run_id = c.run_id and m.phase = c.cheapest_phase
left join report.coverage_worth as w on w.run_id = c.run_id
-- the cheapest project of that phase without which there would be enough
left join lateral (
    select d.site_id
    from plan.decision as d
    where d.run_id = c.run_id and d.phase = c.cheapest_phase and not c.is_planned
        and m.left_cad < c.net_capex_cad and d.capex_cad - d.grant_cad - d.resale_cad >= c.net_capex_cad - m.left_cad
    order by d.capex_cad - d.grant_cad - d.resale_cad, d.site_id
    limit 1
) as g on true;

comment on view report.candidate_bound is
    'What a published plan says of each candidate: why nothing may be built there, or what the cheapest station would cost, whose money it would take, and what the plan would lose at least.';
comment on column report.candidate_bound.candidate_bound_id is 'Key for GIS clients: run and site.';
comment on column report.candidate_bound.run_id is 'The run.';
comment on column report.candidate_bound.site_id is 'The candidate.';
comment on column report.candidate_bound.name is 'Name, untrusted text.';
comment on column report.candidate_bound.refusal is
    'Why nothing may be built: exclusion (of the ground), score (too low), junction (a bare one), action (no phase builds), lock (planners forbid it), limit (each station there meets a limit that no plan can move: report.candidate_obstacle); null where it may.';
comment on column report.candidate_bound.exclusion is 'What makes the ground unfit for building; null for nothing.';
comment on column report.candidate_bound.is_planned is 'The plan builds there.';
comment on column report.candidate_bound.rank is
    'Place among the candidates on which a station may be built: those of the plan, then by the least loss that is proved, then by score; null for others.';
comment on column report.candidate_bound.score is 'How good the place looks before any model, in [0, 1].';
comment on column report.candidate_bound.loss_at_least is
    'Objective of the plan less a bound on all plans with a station there, whatever else they do: the least loss, where it is above 0; else nothing is proved. Null where the run solved no relaxation.';
comment on column report.candidate_bound.loss_share is 'The same as a share of the objective of the plan.';
comment on column report.candidate_bound.loss_level is 'The level whose coverage the objective weighs most; null where it weighs none.';
comment on column report.candidate_bound.loss_population is
    'People, of mean weight in the demand, whose coverage at that level counts as much as the loss.';
comment on column report.candidate_bound.ports is 'Ports of the cheapest station as charger_type=count, joined by +; null where none may be built.';
comment on column report.candidate_bound.phase is 'Phase in which it is the cheapest.';
comment on column report.candidate_bound.capex_cad is 'Its capital cost, gross.';
comment on column report.candidate_bound.net_capex_cad is 'Its capital cost less grants and resale.';
comment on column report.candidate_bound.left_cad is 'What the plan leaves of the budget of that phase, and needs in no later one; null without a budget.';
comment on column report.candidate_bound.displaced_site_id is
    'Project of that phase without which there would be money enough, the cheapest such; null where the money left is enough, or no single project has it.';
comment on column report.candidate_bound.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.candidate_bound.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.candidate_bound.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.candidate_bound.lon is 'Longitude, degrees.';
comment on column report.candidate_bound.lat is 'Latitude, degrees.';
comment on column report.candidate_bound.geom is 'Place.';
