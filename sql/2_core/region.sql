-- needs: staging.load, core.region_outline
-- grain: one row per (region)

create materialized view core.region as

select
    l.region,
    l.title,
    l.is_synthetic,
    l.load_id,
    l.metric_srid,
    l.currency,
    (l.settings ->> 'hexagon_edge_m')::double precision as hexagon_edge_m,
    (l.settings ->> 'station_merge_m')::double precision as station_merge_m,
    (l.settings ->> 'candidate_cluster_m')::double precision as candidate_cluster_m,
    (l.settings ->> 'candidate_gap_m')::double precision as candidate_gap_m,
    (l.settings ->> 'road_distance_max_m')::double precision as road_distance_max_m,
    (l.settings ->> 'access_speed_kmh')::double precision as access_speed_kmh,
    (l.settings ->> 'access_max_m')::double precision as access_max_m,
    (l.settings ->> 'transit_walk_m')::double precision as transit_walk_m,
    (l.settings ->> 'hosting_capacity_assumed_share')::double precision as hosting_capacity_assumed_share,
    (l.settings ->> 'grid_peak_assumed_kw_per_person')::double precision as grid_peak_assumed_kw_per_person,
    (l.settings ->> 'coordinate_margin_m')::double precision as coordinate_margin_m,
    coalesce((l.settings ->> 'data_age_max_year')::double precision, 6) as data_age_max_year,
    o.is_stand_in,
    o.geom
from staging.load as l
cross join core.region_outline as o
with no data;

create unique index region_key on core.region (region);

comment on materialized view core.region is 'The region of the current load, its settings and its outline.';
comment on column core.region.region is 'Name of the region.';
comment on column core.region.title is 'Name for people.';
comment on column core.region.is_synthetic is 'True when the region is made up.';
comment on column core.region.load_id is 'The load.';
comment on column core.region.currency is 'Currency of all sums, as ISO 4217 has it; columns named _cad hold it too.';
comment on column core.region.metric_srid is 'EPSG code of the metric CRS of all geometry.';
comment on column core.region.hexagon_edge_m is 'Edge of the hexagons that are demand cells.';
comment on column core.region.station_merge_m is 'Records of different feeds nearer than this may be one station.';
comment on column core.region.candidate_cluster_m is 'Places nearer than about this are one candidate site.';
comment on column core.region.candidate_gap_m is 'A populated place without a candidate of its own within this distance gets one at a road junction.';
comment on column core.region.road_distance_max_m is 'Longest road distance kept.';
comment on column core.region.access_speed_kmh is 'Speed between a place and its street.';
comment on column core.region.access_max_m is 'Farther from any street than this is off the network.';
comment on column core.region.transit_walk_m is 'Farthest walk to a transit stop.';
comment on column core.region.hosting_capacity_assumed_share is 'Assumed free share of a grid limit that is unknown or whose load is unknown.';
comment on column core.region.grid_peak_assumed_kw_per_person is 'Assumed peak load per person where none is known.';
comment on column core.region.coordinate_margin_m is 'Records farther outside the boundary were rejected.';
comment on column core.region.data_age_max_year is 'Data older than this when it is loaded is said to be old.';
comment on column core.region.is_stand_in is 'True when no boundary was given and the outline is drawn around people and roads.';
comment on column core.region.geom is 'Outline.';
