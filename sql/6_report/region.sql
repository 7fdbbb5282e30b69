-- needs: core.region
-- grain: one row per (region)

create view report.region as

select
    region,
    title,
    is_synthetic,
    currency,
    metric_srid,
    hexagon_edge_m,
    road_distance_max_m,
    geom::geometry(Geometry, :metric_srid) as geom
from core.region;

comment on view report.region is 'The region of the current load.';
comment on column report.region.region is 'Name of the region.';
comment on column report.region.title is 'Name for people.';
comment on column report.region.is_synthetic is 'True when the region is made up.';
comment on column report.region.currency is 'Currency of all sums, as ISO 4217 has it; columns named _cad hold it too.';
comment on column report.region.metric_srid is 'EPSG code of the metric CRS of all geometry.';
comment on column report.region.hexagon_edge_m is 'Edge of the hexagons that are demand cells.';
comment on column report.region.road_distance_max_m is 'Longest road distance that is looked up, m.';
comment on column report.region.geom is 'Outline.';
