-- needs: audit.audited_run, audit.site_before, audit.decision_price, plan.scenario, plan.scenario_phase, plan.scenario_charger, plan.decision, core.site
-- grain: one row per (run_id, subject)

create view audit.figure_decision as

with checked as (
    select
        d.run_id, d.site_id, d.phase,
        case
            when s.site_id is null then 'which the data does not have'
            when s.is_changed then 'which a plan that it continues has changed already'
            when (d.l2_port_count_before, d.l3_port_count_before) <> (s.l2_port_count, s.l3_port_count) then format(
                'from %s+%s ports (L2+L3), but %s+%s stand there', d.l2_port_count_before, d.l3_port_count_before,
                s.l2_port_count, s.l3_port_count
            )
            when least(d.l2_port_count_after, d.l3_port_count_after) < 0 then 'to fewer than no ports'
            when p.phase is null then 'in a phase that the scenario does not have'
            when d.action <> all (p.actions) then 'which the phase does not allow'
            when (d.l2_port_count_after > s.l2_port_count and 'L2' <> all (b.levels))
                or (d.l3_port_count_after > s.l3_port_count and 'L3' <> all (b.levels))
                then 'with chargers that the phase does not add'
            when not case d.action
                when 'build' then not s.is_existing and s.l2_port_count + s.l3_port_count = 0
                    and d.l2_port_count_after + d.l3_port_count_after > 0
                when 'expand' then d.l2_port_count_after + d.l3_port_count_after > s.l2_port_count + s.l3_port_count
                    and d.l2_port_count_after between s.l2_port_count and sign(s.l2_port_count) * d.l2_port_count_after
                    and d.l3_port_count_after between s.l3_port_count and sign(s.l3_port_count) * d.l3_port_count_after
                when 'upgrade' then s.l3_port_count = 0 and d.l3_port_count_after > 0
                    and s.l2_port_count > 0 and d.l2_port_count_after <= s.l2_port_count
                when 'remove' then s.l2_port_count + s.l3_port_count > 0 and d.l2_port_count_after + d.l3_port_count_after = 0
                else false
            end then format(
                'from %s+%s to %s+%s ports (L2+L3), which is something else', s.l2_port_count, s.l3_port_count,
                d.l2_port_count_after, d.l3_port_count_after
            )
            when d.option_id <> format('%s:%s:%s+%s', d.site_id, d.action, d.l2_port_count_after, d.l3_port_count_after)
                then format('under the name %s, which is another option', d.option_id)
            when d.action = 'upgrade' and d.l2_port_count_after < least(s.l2_port_count, n.l2_ports_retained_min)
                then format('which leaves %s L2 ports; %s must stay', d.l2_port_count_after, least(s.l2_port_count, n.l2_ports_retained_min))
            when m.capex_cad > n.site_capex_limit_cad + 0.01
                then format('which costs %s %s; a site may cost %s', m.capex_cad, a.currency, n.site_capex_limit_cad)
            when (d.grid_area_id, d.planning_area_id, d.site_name) is distinct from (c.grid_area_id, c.planning_area_id, c.name)
                or d.geom is distinct from c.geom then 'which has another name, place, grid area or planning area'
        end as fault,
        d.action
    from audit.audited_run as a
    join plan.scenario as n on n.scenario_id = a.scenario_id
    join plan.decision as d on d.run_id = a.run_id
    join audit.decision_price as m on m.run_id = a.run_id and m.decision_id = d.decision_id
    left join plan.scenario_phase as p on p.scenario_id = a.scenario_id and p.phase = d.phase
    cross join lateral (
        select array(
            select c.level from plan.scenario_charger as c where c.scenario_id = p.scenario_id and c.charger_type = any (p.chargers)
        ) as levels
    ) as b
    left join audit.site_before as s on s.run_id = a.run_id and s.site_id = d.site_id
    left join core.site as c on c.site_id = d.site_id
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
having count(*) > 1;

comment on view audit.figure_decision is 'Sites that a plan changes twice, and changes that cannot be made there or then.';
comment on column audit.figure_decision.run_id is 'The run.';
comment on column audit.figure_decision.subject is 'The site, or the site and phase of the decision.';
comment on column audit.figure_decision.expected is '1: as many changes as a site may have, or a decision that is possible.';
comment on column audit.figure_decision.found is 'Changes of the site; 0 for a decision that is not possible.';
comment on column audit.figure_decision.message is 'The violation in words.';
