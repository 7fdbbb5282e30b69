-- needs: model.site_state, model.scenario, model.port_choice, model.station_size, model.removal_candidate, plan.scenario_removal,
--   analysis.candidate_score
-- grain: one row per (scenario_id, site_id, action, l2_port_count_after, l3_port_count_after)

create view model.site_change as

-- leave a station as it is
select
    s.scenario_id, s.site_id, 'keep' as action, s.l2_port_count as l2_port_count_before, s.l3_port_count as l3_port_count_before,
    s.l2_port_count as l2_port_count_after, s.l3_port_count as l3_port_count_after
from model.site_state as s
where s.is_existing

union all

-- more ports of a level that is there already
select
    s.scenario_id, s.site_id, 'expand', s.l2_port_count, s.l3_port_count,
    s.l2_port_count + case when c.level = 'L2' then c.port_count else 0 end,
    s.l3_port_count + case when c.level = 'L3' then c.port_count else 0 end
from model.site_state as s
join model.port_choice as c on c.scenario_id = s.scenario_id
where s.is_existing and not s.is_changed
    and case c.level when 'L2' then s.l2_port_count else s.l3_port_count end > 0

union all

-- Level 2 becomes Level 3, and the fewest, half or all of the Level 2 ports stay
select s.scenario_id, s.site_id, 'upgrade', s.l2_port_count, s.l3_port_count, r.retained, c.port_count
from model.site_state as s
join model.scenario as n on n.scenario_id = s.scenario_id
join model.port_choice as c on c.scenario_id = s.scenario_id and c.level = 'L3' and c.is_enough_for_station
cross join lateral (
    select distinct least(s.l2_port_count, greatest(n.l2_ports_retained_min, choice.ports)) as retained
    from unnest(array[0, (s.l2_port_count + 1) / 2, s.l2_port_count]) as choice (ports)
) as r
where s.is_existing and not s.is_changed and s.l2_port_count > 0 and s.l3_port_count = 0

union all

-- a new station with Level 2, Level 3 or both
select s.scenario_id, s.site_id, 'build', s.l2_port_count, s.l3_port_count, l2.port_count, l3.port_count
from model.site_state as s
join model.station_size as l2 on l2.scenario_id = s.scenario_id and l2.level = 'L2'
join model.station_size as l3 on l3.scenario_id = s.scenario_id and l3.level = 'L3'
left join plan.scenario_removal as r on r.scenario_id = s.scenario_id
left join analysis.candidate_score as k on k.site_id = s.site_id
where not s.is_existing and not s.is_changed and l2.port_count + l3.port_count > 0
    and coalesce(k.score, 1) >= coalesce(r.candidate_score_min, 0)

union all

-- take a station away; one whose ports are of unknown level has no known worth and stays
select s.scenario_id, s.site_id, 'remove', s.l2_port_count, s.l3_port_count, 0, 0
from model.site_state as s
where s.is_existing and not s.is_changed and s.l2_port_count + s.l3_port_count > 0
    and exists (
        select from model.removal_candidate as m
        where m.scenario_id = s.scenario_id and m.site_id = s.site_id and m.is_removable
    );

comment on view model.site_change is 'What may be done at each site, one branch per action, before prices and limits.';
comment on column model.site_change.scenario_id is 'The scenario.';
comment on column model.site_change.site_id is 'The site.';
comment on column model.site_change.action is 'keep, expand, upgrade, build or remove.';
comment on column model.site_change.l2_port_count_before is 'Level 2 ports before.';
comment on column model.site_change.l3_port_count_before is 'Level 3 ports before.';
comment on column model.site_change.l2_port_count_after is 'Level 2 ports afterwards.';
comment on column model.site_change.l3_port_count_after is 'Level 3 ports afterwards.';
