-- needs: core.site, model.scenario, model.ancestor, model.site_port, model.charger, plan.decision
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
    e.option_id as earlier_option_id,
    c.grid_area_id,
    c.planning_area_id,
    st_x(c.geom) as x_m,
    st_y(c.geom) as y_m,
    c.geom::geometry(Point, :metric_srid) as geom
from model.scenario as s
cross join core.site as c
left join earlier as e on e.scenario_id = s.scenario_id and e.site_id = c.site_id
left join equipped as p on p.scenario_id = s.scenario_id and p.site_id = c.site_id;

comment on table model.site_state is 'Sites as a scenario finds them: what stands today, with the decisions of the plans it continues.';
comment on column model.site_state.scenario_id is 'The scenario.';
comment on column model.site_state.site_id is 'The site: core.site.';
comment on column model.site_state.name is 'Name of the site, untrusted text.';
comment on column model.site_state.layout is 'Its ports as text: model.layout_part. Empty: it has none.';
comment on column model.site_state.port_count is 'All its ports.';
comment on column model.site_state.is_existing is 'True when a station stands there, false for a candidate site.';
comment on column model.site_state.is_changed is 'True when an earlier phase has changed the site: it is left alone then.';
comment on column model.site_state.earlier_option_id is 'The option by which an earlier phase changed it.';
comment on column model.site_state.grid_area_id is 'Grid area it lies in.';
comment on column model.site_state.planning_area_id is 'Planning area it lies in.';
comment on column model.site_state.x_m is 'Its place, metres east in the metric system of the region.';
comment on column model.site_state.y_m is 'Its place, metres north.';
comment on column model.site_state.geom is 'Place.';
