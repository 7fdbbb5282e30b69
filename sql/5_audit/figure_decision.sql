-- needs: audit.audited_run, audit.site_before, audit.port_fault, audit.decision_layout, audit.decision_price, audit.needed_station, audit.barred_build,
--   plan.scenario, plan.scenario_phase, plan.scenario_removal, plan.decision, plan.decision_port, core.site,
--   analysis.candidate_score
-- grain: one row per (run_id, subject)

create view audit.figure_decision as

with checked as (
    select
        d.run_id, d.site_id, d.phase, d.action,
        case
            when s.site_id is null then 'which the data does not have'
            when s.is_changed then 'which a plan that it continues has changed already'
            when f.rank = 1 then f.fault
            when p.phase is null then 'in a phase that the scenario does not have'
            when d.action <> all (p.actions) then 'which the phase does not allow'
            when f.rank = 2 then f.fault
            when y.action is distinct from d.action
                then format('from %s to %s, which is something else', coalesce(nullif(y.layout_before, ''), 'no port'),
                    coalesce(nullif(y.layout_after, ''), 'no port'))
            when d.option_id <> concat_ws(':', d.site_id, d.action, nullif(y.layout_after, ''))
                then format('under the name %s, which is another option', d.option_id)
            when f.rank = 3 then f.fault
            when d.action = 'upgrade' and not y.is_retained then 'which leaves another part of one type than of the next'
            when m.capex_cad > n.site_capex_limit_cad + 0.01
                then format('which costs %s %s; a site may cost %s', m.capex_cad, a.currency, n.site_capex_limit_cad)
            when d.action = 'remove' and e.site_id is not null then 'which the scenario does not let go'
            when d.action = 'build' and w.score < q.candidate_score_min
                then format('whose score is %s; a new station needs %s', w.score, q.candidate_score_min)
            when b.reason = 'exclusion' then 'on ground where the scenario builds nothing'
            when b.reason = 'junction' then 'at a bare junction that no corridor needs'
            when (d.grid_area_id, d.planning_area_id, d.site_name) is distinct from (c.grid_area_id, c.planning_area_id, c.name)
                or d.geom is distinct from c.geom then 'which has another name, place, grid area or planning area'
        end as fault
    from audit.audited_run as a
    join plan.scenario as n on n.scenario_id = a.scenario_id
    join plan.decision as d on d.run_id = a.run_id
    left join audit.decision_layout as y on y.run_id = a.run_id and y.decision_id = d.decision_id
    left join audit.decision_price as m on m.run_id = a.run_id and m.decision_id = d.decision_id
    left join audit.port_fault as f on f.run_id = a.run_id and f.decision_id = d.decision_id
    left join plan.scenario_phase as p on p.scenario_id = a.scenario_id and p.phase = d.phase
    left join audit.site_before as s on s.run_id = a.run_id and s.site_id = d.site_id
    left join core.site as c on c.site_id = d.site_id
    left join audit.needed_station as e on e.run_id = a.run_id and e.site_id = d.site_id
    left join analysis.candidate_score as w on w.site_id = d.site_id
    left join audit.barred_build as b on b.run_id = a.run_id and b.site_id = d.site_id and d.action = 'build'
    left join plan.scenario_removal as q on q.scenario_id = a.scenario_id
)

select
    run_id, format('site %s, phase %s', site_id, phase) as subject, 1::double precision as expected, 0::double precision as found,
    format('The plan says %s for site %s in phase %s, %s.', action, site_id, phase, fault) as message
from checked
where fault is not null

union all

select d.run_id, 'site ' || d.site_id, 1, count(*), format('The plan changes site %s %s times.', d.site_id, count(*))
from audit.audited_run as a
join plan.decision as d on d.run_id = a.run_id
group by d.run_id, d.site_id
having count(*) > 1

union all

select
    k.run_id, format('site %s, phase %s, type %s', k.site_id, k.phase, k.charger_type), 0, 1,
    format('The plan has ports of type %s for site %s in phase %s, which it does not change.', k.charger_type, k.site_id, k.phase)
from audit.audited_run as a
join plan.decision_port as k on k.run_id = a.run_id
where not exists (select from plan.decision as d where d.run_id = k.run_id and d.phase = k.phase and d.site_id = k.site_id);

comment on view audit.figure_decision is 'Sites that a plan changes twice, and changes that cannot be made there or then.';
comment on column audit.figure_decision.run_id is 'The run.';
comment on column audit.figure_decision.subject is 'The site, or the site and phase of the decision.';
comment on column audit.figure_decision.expected is '1: as many changes as a site may have, or a decision that is possible; 0 for ports without a decision.';
comment on column audit.figure_decision.found is 'Changes of the site; 0 for a decision that is not possible; 1 for ports without one.';
comment on column audit.figure_decision.message is 'The violation in words.';
