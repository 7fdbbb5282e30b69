-- needs: plan.site_lock, plan.scenario_station, model.scenario, core.site
-- grain: one row per (scenario_id, site_id)

create view model.opened_station as

select o.scenario_id, o.site_id, bool_or(o.is_removal) as is_removal
from (
    select s.scenario_id, l.site_id, l.lock_kind = 'fix_option' and split_part(l.option_id, ':', 2) = 'remove' as is_removal
    from plan.site_lock as l
    join model.scenario as s on l.scenario_name is null or l.scenario_name = s.name
    where l.lock_kind = 'must_change' or l.lock_kind = 'fix_option' and split_part(l.option_id, ':', 2) <> 'keep'
    union all
    select p.scenario_id, u.site_id, false
    from plan.scenario_station as p
    cross join unnest(p.change_site_ids) as u (site_id)
) as o
join core.site as c on c.site_id = o.site_id and c.is_existing
group by o.scenario_id, o.site_id;

comment on view model.opened_station is 'Stations that a scenario may change whoever owns them: those that it names, and those of locks that ask for a change.';
comment on column model.opened_station.scenario_id is 'The scenario.';
comment on column model.opened_station.site_id is 'The station.';
comment on column model.opened_station.is_removal is 'A lock asks for its removal, though nobody measured how much it is used.';
