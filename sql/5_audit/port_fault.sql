-- needs: audit.port_change, plan.scenario_phase, plan.scenario_charger, plan.decision
-- grain: one row per (decision_id) with ports that are not as they must be

create view audit.port_fault as

select distinct on (c.run_id, c.decision_id)
    c.run_id, c.decision_id, v.rank, v.code, jsonb_build_object('charger_type', c.charger_type) || v.value as value
from audit.port_change as c
join plan.decision as d on d.run_id = c.run_id and d.decision_id = c.decision_id
left join plan.scenario_phase as p on p.scenario_id = c.scenario_id and p.phase = c.phase
left join plan.scenario_charger as t on t.scenario_id = c.scenario_id and t.charger_type = c.charger_type
cross join lateral (
    select c.port_count_before as before, c.port_count_after as after, c.port_count_after - c.port_count_before as gain
) as k
cross join lateral (values
    (1, t.charger_type is null, 'decision_type_unknown', '{}'::jsonb),
    (1, c.port_count_said <> k.before, 'decision_ports_before', jsonb_build_object('before_said', c.port_count_said, 'before', k.before)),
    (2, k.gain > 0 and c.charger_type <> all (p.chargers), 'decision_type_not_added', '{}'),
    (3, k.gain > 0 and (k.gain <> all (t.port_count_choices) or k.gain > t.ports_max or d.action <> 'expand' and k.gain < t.ports_min),
        'decision_ports_added', jsonb_build_object('added', k.gain)),
    -- the fewest, half or all of those of another level stay
    (3, d.action = 'upgrade' and k.gain < 0 and c.level <> c.new_level and k.after not in (c.port_count_fewest, c.port_count_half),
        'decision_ports_left', jsonb_build_object(
            'after', k.after, 'before', k.before, 'fewest', c.port_count_fewest, 'half', c.port_count_half
        ))
) as v (rank, is_wrong, code, value)
where v.is_wrong
order by c.run_id, c.decision_id, v.rank, c.charger_type, v.code;

comment on view audit.port_fault is 'The first charger type of each decision whose ports are not as they must be.';
comment on column audit.port_fault.run_id is 'The run.';
comment on column audit.port_fault.decision_id is 'The decision.';
comment on column audit.port_fault.rank is '1: what stands there is another, 2: the phase does not add it, 3: it is no number that an option has.';
comment on column audit.port_fault.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.port_fault.value is 'The charger type and the numbers of the sentence.';
