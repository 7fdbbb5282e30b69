-- needs: audit.audited_run, audit.site_port, plan.scenario, plan.scenario_level, plan.scenario_charger,
--   plan.decision, plan.decision_port
-- grain: one row per (decision_id, charger_type) that stands there before or after, of a sound plan

create table audit.port_change as

select
    c.*,
    -- where one type alone gains ports, these are its name and level
    max(c.charger_type) filter (where c.port_count_after > c.port_count_before) over (partition by c.run_id, c.decision_id) as new_type,
    max(c.level) filter (where c.port_count_after > c.port_count_before) over (partition by c.run_id, c.decision_id) as new_level
from (
    select
        d.decision_id, d.run_id, a.scenario_id, d.phase, d.site_id, k.charger_type, c.level, l.rank as level_rank,
        sum(k.before)::integer as port_count_before,
        sum(k.said)::integer as port_count_said,
        sum(k.after)::integer as port_count_after,
        least(sum(k.before), n.ports_retained_min)::integer as port_count_fewest,
        least(sum(k.before), greatest(n.ports_retained_min, (sum(k.before) + 1) / 2))::integer as port_count_half
    from audit.audited_run as a
    join plan.scenario as n on n.scenario_id = a.scenario_id
    join plan.decision as d on d.run_id = a.run_id
    join (
        select s.run_id, null::integer as phase, s.site_id, s.charger_type, s.port_count as before, 0 as said, 0 as after
        from audit.site_port as s
        union all
        select p.run_id, p.phase, p.site_id, p.charger_type, 0, p.port_count_before, p.port_count_after
        from plan.decision_port as p
    ) as k on k.run_id = d.run_id and k.site_id = d.site_id and coalesce(k.phase, d.phase) = d.phase
    left join plan.scenario_charger as c on c.scenario_id = a.scenario_id and c.charger_type = k.charger_type
    left join plan.scenario_level as l on l.scenario_id = c.scenario_id and l.level = c.level
    group by d.decision_id, d.run_id, a.scenario_id, d.phase, d.site_id, k.charger_type, c.level, l.rank, n.ports_retained_min
) as c;

create index on audit.port_change (run_id, site_id);

comment on table audit.port_change is 'Ports of each charger type at the sites of decisions: those that stand there, those that the plan says stand there, and those afterwards.';
comment on column audit.port_change.decision_id is 'The decision.';
comment on column audit.port_change.run_id is 'The run.';
comment on column audit.port_change.scenario_id is 'The resolved scenario.';
comment on column audit.port_change.phase is 'The phase of the project.';
comment on column audit.port_change.site_id is 'The site.';
comment on column audit.port_change.charger_type is 'The charger type.';
comment on column audit.port_change.level is 'Its level; null for a type that the scenario does not have.';
comment on column audit.port_change.level_rank is 'Order of the level.';
comment on column audit.port_change.port_count_before is 'Ports that stand there.';
comment on column audit.port_change.port_count_said is 'Ports of which the plan says so.';
comment on column audit.port_change.port_count_after is 'Ports afterwards.';
comment on column audit.port_change.port_count_fewest is 'Fewest of those before that an upgrade to another level may leave.';
comment on column audit.port_change.port_count_half is 'Half of those before, or the fewest where these are more.';
comment on column audit.port_change.new_type is 'The charger type of the decision that gains ports; the last by name of several.';
comment on column audit.port_change.new_level is 'The level that gains ports; the last by name of several.';
