-- needs: core.site, model.scenario, model.ancestor, model.site_port, model.charger, model.opened_station,
--   plan.scenario_station, plan.decision
-- grain: one row per (scenario_id, site_id)

create table model.site_state as

with earlier as (
    select a.scenario_id, d.site_id, d.option_id, d.action
    from model.ancestor as a
    join plan.decision as d on d.run_id = a.run_id
),

equipped as (
    select
        p.scenario_id, p.site_id, sum(p.port_count)::integer as port_count,
        string_agg(p.charger_type || '=' || p.port_count, '+' order by c.level_rank, c.charger_type collate "C") as layout
    from model.site_port as p
    join model.charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
    group by p.scenario_id, p.site_id
)

select
    s.scenario_id,
    c.site_id,
    c.name,
    coalesce(p.layout, '') as layout,
    coalesce(p.port_count, 0) as port_count,
    case when e.site_id is null then c.is_existing else e.action <> 'remove' end as is_existing,
    e.site_id is not null as is_changed,
    v.is_counted,
    v.is_changeable,
    -- what the planner has built or bought is the planner's
    coalesce(e.action = 'build' or c.is_existing and coalesce(c.owner_type, 'unknown') = any (t.owned_owner_types), false) as is_owned,
    e.option_id as earlier_option_id,
    c.grid_area_id,
    c.planning_area_id,
    st_x(c.geom) as x_m,
    st_y(c.geom) as y_m,
    c.geom::geometry(Point, :metric_srid) as geom
from model.scenario as s
join plan.scenario_station as t on t.scenario_id = s.scenario_id
cross join core.site as c
left join earlier as e on e.scenario_id = s.scenario_id and e.site_id = c.site_id
left join equipped as p on p.scenario_id = s.scenario_id and p.site_id = c.site_id
left join model.opened_station as o on o.scenario_id = s.scenario_id and o.site_id = c.site_id
cross join lateral (
    select
        not c.is_existing or coalesce(c.access, 'public') = any (t.coverage_access) as is_counted,
        not c.is_existing or o.site_id is not null or coalesce(c.owner_type, 'unknown') = any (t.change_owner_types) as is_changeable
) as v
where v.is_counted or v.is_changeable or e.site_id is not null;

comment on table model.site_state is
    'Sites as a scenario finds them: what stands today, with the decisions of the plans it continues. A station that neither counts nor may be changed is no row.';
comment on column model.site_state.scenario_id is 'The scenario.';
comment on column model.site_state.site_id is 'The site: core.site.';
comment on column model.site_state.name is 'Name of the site, untrusted text.';
comment on column model.site_state.layout is 'Its ports as text: model.layout_part. Empty: it has none.';
comment on column model.site_state.port_count is 'All its ports.';
comment on column model.site_state.is_existing is 'True when a station stands there, false for a candidate site.';
comment on column model.site_state.is_changed is 'True when an earlier phase has changed the site: it is left alone then.';
comment on column model.site_state.is_counted is 'What stands there covers demand and serves sessions: a candidate, or a station whose access coverage_access names.';
comment on column model.site_state.is_changeable is 'A candidate, or a station that the scenario, its owner or a lock lets the plan change.';
comment on column model.site_state.is_owned is 'The station belongs to the planner.';
comment on column model.site_state.earlier_option_id is 'The option by which an earlier phase changed it.';
comment on column model.site_state.grid_area_id is 'Grid area it lies in.';
comment on column model.site_state.planning_area_id is 'Planning area it lies in.';
comment on column model.site_state.x_m is 'Its place, metres east in the metric system of the region.';
comment on column model.site_state.y_m is 'Its place, metres north.';
comment on column model.site_state.geom is 'Place.';
