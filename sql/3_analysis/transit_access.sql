-- needs: core.transit_stop, core.demand_cell, core.site, core.region
-- grain: one row per (place_kind, place_id)

create materialized view analysis.transit_access as

with place (place_kind, place_id, geom) as (
    select 'cell', cell_id, point_geom from core.demand_cell
    union all
    select 'site', site_id, geom from core.site
)

-- a stop counts fully at the door and not at all at the end of the walk
select
    p.place_kind,
    p.place_id,
    count(*)::integer as stop_count,
    sum(s.departure_count * (1 - st_distance(s.geom, p.geom) / r.transit_walk_m) order by s.source_id, s.stop_id) / 24 as departure_per_h
from place as p
cross join core.region as r
join core.transit_stop as s on st_dwithin(s.geom, p.geom, r.transit_walk_m)
group by p.place_kind, p.place_id
with no data;

create unique index transit_access_key on analysis.transit_access (place_kind, place_id);

comment on materialized view analysis.transit_access is 'Transit within a walk of cells and sites; no row where there is none.';
comment on column analysis.transit_access.place_kind is 'cell or site.';
comment on column analysis.transit_access.place_id is 'cell_id or site_id.';
comment on column analysis.transit_access.stop_count is 'Stops within transit_walk_m, as the crow flies.';
comment on column analysis.transit_access.departure_per_h is 'Their departures per hour, the mean over the 24 hours of the day counted, each weighted by nearness.';
