-- needs: analysis.service_area
-- grain: one row per (service_area_id)

create view report.service_area as

select
    -- wide bands first, so that narrow ones are drawn upon them
    row_number() over (order by level, limit_m desc) as service_area_id,
    level,
    limit_m,
    population,
    duration_max_min,
    geom::geometry(MultiPolygon, :metric_srid) as geom
from analysis.service_area;

comment on view report.service_area is 'Service areas of the stations of today, by road: from where a driver gets to the nearest one within a distance.';
comment on column report.service_area.service_area_id is 'Key for GIS clients.';
comment on column report.service_area.level is 'The level.';
comment on column report.service_area.limit_m is 'Distance by road, metres; a wider band contains the narrower ones.';
comment on column report.service_area.population is 'People who live there.';
comment on column report.service_area.duration_max_min is 'The longest of these drives, minutes.';
comment on column report.service_area.geom is 'Hexagons whose people are that near; there are no people in the gaps.';
