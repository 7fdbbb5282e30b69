-- needs: core.grid_area, core.grid_feeder, core.grid_supply, core.site
-- grain: one row per (grid_node_id)

create materialized view core.grid_node as

-- a station has the number of its area; those of feeders and supplies follow
with supply as (
    select
        supply_key, row_number() over (order by supply_key)::integer
            + coalesce((select max(grid_area_id) from core.grid_area), 0)
            + coalesce((select max(grid_feeder_id) from core.grid_feeder), 0) as grid_node_id
    from core.grid_supply
    where limit_kw is not null or peak_load_kw is not null
)

select
    a.grid_area_id as grid_node_id,
    'station' as kind,
    s.grid_node_id as parent_id,
    a.grid_area_id,
    null::integer as grid_feeder_id,
    null::text as supply_key,
    a.name,
    a.geom::geometry(MultiPolygon, :metric_srid) as geom
from core.grid_area as a
left join supply as s using (supply_key)
union all
select
    f.grid_feeder_id + (select max(grid_area_id) from core.grid_area), 'feeder', f.grid_area_id, null, f.grid_feeder_id, null,
    concat_ws(' ', f.distributor, f.voltage_kv || ' kV', f.configuration, coalesce(f.feeder_key, '#' || f.grid_feeder_id)),
    f.geom
from core.grid_feeder as f
where f.grid_feeder_id in (select c.grid_feeder_id from core.site as c)
union all
select s.grid_node_id, 'supply', null, null, null, s.supply_key, s.supply_key, st_multi(st_union(a.geom))
from supply as s
join core.grid_area as a using (supply_key)
group by s.grid_node_id, s.supply_key
with no data;

create unique index grid_node_key on core.grid_node (grid_node_id);

comment on materialized view core.grid_node is 'The tree of the grid, as far as sites draw from it: feeders in stations in supplies.';
comment on column core.grid_node.grid_node_id is 'Number of the node within the load; that of a station is its grid area.';
comment on column core.grid_node.kind is 'feeder, station or supply.';
comment on column core.grid_node.parent_id is 'Node that feeds it; null at the top.';
comment on column core.grid_node.grid_area_id is 'Grid area of a station.';
comment on column core.grid_node.grid_feeder_id is 'Feeder.';
comment on column core.grid_node.supply_key is 'Key of a supply in its source.';
comment on column core.grid_node.name is 'Name, untrusted text: of a feeder its distributor, voltage, configuration, and key or number.';
comment on column core.grid_node.geom is 'Outline; that of a supply is its stations'' areas together.';
