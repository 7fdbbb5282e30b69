-- needs: model.site_state, model.scenario, model.charger, model.port_choice, model.layout_build, model.layout_part,
--   plan.scenario_charger_replaces
-- grain: one row per (scenario_id, layout_before, action, layout_after)

create table model.layout_step as

with standing as (
    select distinct s.scenario_id, s.layout, s.port_count
    from model.site_state as s
    where s.is_existing
),

-- every charger type, with its ports in a layout that stands
port as (
    select s.scenario_id, s.layout, c.charger_type, c.level, c.level_rank, coalesce(p.port_count, 0) as port_count
    from standing as s
    join model.charger as c on c.scenario_id = s.scenario_id
    left join lateral model.layout_part(s.layout) as p on p.charger_type = c.charger_type
)

select s.scenario_id, s.layout as layout_before, 'keep' as action, s.layout as layout_after
from standing as s

union all

-- more ports of a level that is there already
select
    p.scenario_id, p.layout, 'expand',
    string_agg(p.charger_type || '=' || a.port_count, '+' order by p.level_rank, p.charger_type collate "C") filter (where a.port_count > 0)
from port as p
join model.port_choice as n on n.scenario_id = p.scenario_id
cross join lateral (
    select p.port_count + case when p.charger_type = n.charger_type then n.port_count else 0 end as port_count
) as a
group by p.scenario_id, p.layout, n.charger_type, n.port_count
having bool_or(p.level = n.level and p.port_count > 0)

union

-- ports of a charger type instead of those that it replaces: all of its own level, and of each type of another level the
-- fewest, half or all stay
select
    p.scenario_id, p.layout, 'upgrade',
    string_agg(p.charger_type || '=' || a.port_count, '+' order by p.level_rank, p.charger_type collate "C") filter (where a.port_count > 0)
from port as p
join model.scenario as s on s.scenario_id = p.scenario_id
join model.port_choice as n on n.scenario_id = p.scenario_id and n.is_enough_for_station
left join plan.scenario_charger_replaces as r
    on r.scenario_id = p.scenario_id and r.charger_type = n.charger_type and r.replaced_type = p.charger_type
cross join unnest(array[0, 0.5, 1]) as retained (share)
cross join lateral (
    select case
        when p.charger_type = n.charger_type then n.port_count
        when p.level = n.level then 0
        when r.replaced_type is null then p.port_count
        else least(p.port_count, greatest(s.ports_retained_min, ceil(p.port_count * retained.share)::integer))
    end as port_count
) as a
group by p.scenario_id, p.layout, n.charger_type, n.port_count, retained.share
having bool_or(p.port_count > 0 and r.replaced_type is not null)
    and not bool_or(p.port_count > 0 and r.replaced_type is null and p.level = n.level)

union all

select b.scenario_id, '', 'build', b.layout
from model.layout_build as b

union all

-- a station whose ports are of no known level has no known worth and stays
select s.scenario_id, s.layout, 'remove', ''
from standing as s
where s.port_count > 0;

comment on table model.layout_step is 'What may become of the ports of a site, each once for all sites that have the same.';
comment on column model.layout_step.scenario_id is 'The scenario.';
comment on column model.layout_step.layout_before is 'Ports before: model.layout_part.';
comment on column model.layout_step.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_step.layout_after is 'Ports afterwards.';
