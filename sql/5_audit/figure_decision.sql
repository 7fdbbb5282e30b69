-- needs: audit.audited_run, audit.site_before, audit.port_fault, audit.decision_layout, audit.decision_price, audit.needed_station, audit.lost_alternative,
--   audit.barred_build, plan.scenario, plan.scenario_phase, plan.scenario_removal, plan.decision, plan.decision_port, core.site,
--   analysis.candidate_score
-- grain: one row per (run_id, code, value)

create view audit.figure_decision as

select
    d.run_id, v.code,
    jsonb_build_object('site_id', d.site_id, 'phase', d.phase, 'action', d.action) || v.value as value, v.expected, v.found
from audit.audited_run as a
join plan.scenario as n on n.scenario_id = a.scenario_id
join plan.decision as d on d.run_id = a.run_id
left join audit.decision_layout as y on y.run_id = a.run_id and y.decision_id = d.decision_id
left join audit.decision_price as m on m.run_id = a.run_id and m.decision_id = d.decision_id
left join audit.port_fault as f on f.run_id = a.run_id and f.decision_id = d.decision_id
left join plan.scenario_phase as p on p.scenario_id = a.scenario_id and p.phase = d.phase
left join audit.site_before as s on s.run_id = a.run_id and s.site_id = d.site_id
left join core.site as c on c.site_id = d.site_id
left join analysis.candidate_score as w on w.site_id = d.site_id
left join audit.barred_build as b on b.run_id = a.run_id and b.site_id = d.site_id and d.action = 'build'
left join plan.scenario_removal as q on q.scenario_id = a.scenario_id
-- the first of them: the later ones follow from it
cross join lateral (
    select o.code, o.value, o.expected, o.found
    from (values
        (1, s.site_id is null, 'decision_site_unknown', '{}'::jsonb, 1, 0),
        (2, s.is_changed, 'decision_site_changed', '{}', 1, 0),
        (3, not s.is_changeable, 'decision_not_changeable', '{}', 1, 0),
        (4, f.rank = 1, f.code, f.value, 1, 0),
        (5, p.phase is null, 'decision_phase_unknown', '{}', 1, 0),
        (6, d.action <> all (p.actions), 'decision_action', '{}', 1, 0),
        (7, f.rank = 2, f.code, f.value, 1, 0),
        (8, y.action is distinct from d.action, 'decision_layout',
            jsonb_build_object('before', nullif(y.layout_before, ''), 'after', nullif(y.layout_after, '')), 1, 0),
        (9, d.option_id <> concat_ws(':', d.site_id, d.action, nullif(y.layout_after, '')), 'decision_option',
            jsonb_build_object('option_id', d.option_id), 1, 0),
        (10, f.rank = 3, f.code, f.value, 1, 0),
        (11, d.action = 'upgrade' and not y.is_retained, 'decision_retained', '{}', 1, 0),
        (12, m.capex_cad > n.site_capex_limit_cad + 0.01, 'decision_capex', '{}', n.site_capex_limit_cad, m.capex_cad),
        -- asked for this station alone: which of all stations are needed takes long to say
        (13, d.action = 'remove' and exists (
            select from audit.needed_station as e where e.run_id = a.run_id and e.site_id = d.site_id
        ), 'decision_removal', '{}', 1, 0),
        (14, d.action = 'build' and w.score < q.candidate_score_min, 'decision_score', '{}', q.candidate_score_min, w.score),
        (15, b.reason = 'exclusion', 'decision_on_excluded_ground', '{}', 1, 0),
        (16, b.reason = 'junction', 'decision_at_bare_junction', '{}', 1, 0),
        (17, (d.grid_area_id, d.planning_area_id, d.site_name) is distinct from (c.grid_area_id, c.planning_area_id, c.name)
            or d.geom is distinct from c.geom, 'decision_place', '{}', 1, 0)
    ) as o (priority, is_wrong, code, value, expected, found)
    where o.is_wrong
    order by o.priority limit 1
) as v

union all

select d.run_id, 'site_changes', jsonb_build_object('site_id', d.site_id), 1, count(*)
from audit.audited_run as a
join plan.decision as d on d.run_id = a.run_id
group by d.run_id, d.site_id
having count(*) > 1

union all

select
    l.run_id, 'removal_alternative',
    jsonb_build_object('site_id', l.site_id, 'level', l.level, 'phase', l.phase, 'alternative_distance_m', l.alternative_distance_m), 1, 0
from audit.lost_alternative as l

union all

select
    k.run_id, 'port_without_decision', jsonb_build_object('site_id', k.site_id, 'phase', k.phase, 'charger_type', k.charger_type), 0, 1
from audit.audited_run as a
join plan.decision_port as k on k.run_id = a.run_id
where not exists (select from plan.decision as d where d.run_id = k.run_id and d.phase = k.phase and d.site_id = k.site_id);

comment on view audit.figure_decision is 'Sites that a plan changes twice, changes that cannot be made there or then, and levels that a removed station leaves nowhere near.';
comment on column audit.figure_decision.run_id is 'The run.';
comment on column audit.figure_decision.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_decision.value is 'The site, or the site and phase of the decision with what is wrong there: what the sentence takes beside expected and found.';
comment on column audit.figure_decision.expected is 'The limit of cost or score; 1 for as many changes as a site may have, a decision that is possible, or a station that must have the level; 0 for ports without a decision.';
comment on column audit.figure_decision.found is 'What the plan has there; 0 for a decision that is not possible or a level that no station near has; 1 for ports without one.';
