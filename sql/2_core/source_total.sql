-- needs: staging.load_total, core.census_area, core.planning_area, core.region, core.road_edge, core.ev_count,
--   staging.postal_area, core.charging_station, core.transit_stop
-- grain: one row per (measure)

create view core.source_total as

with found as (
    select 'population' as measure, sum(population * coalesce(inside_share, 1) order by census_area_id) as value from core.census_area
    union all
    select 'dwelling_count', sum(dwelling_count * coalesce(inside_share, 1) order by census_area_id) from core.census_area
    union all
    select 'household_count', sum(household_count * coalesce(inside_share, 1) order by census_area_id) from core.census_area
    union all
    select 'area_km2', st_area(geom) / 1e6 from core.region
    union all
    select 'planning_area_km2', sum(st_area(geom) order by planning_area_id) / 1e6 from core.planning_area
    union all
    select 'road_km', sum(length_m order by edge_id) / 1000 from core.road_edge
    union all
    -- at the date of the published total, else at the latest
    select 'ev_count', sum(e.ev_count order by e.postal_area_key)
    from core.ev_count as e
    where exists (select from staging.postal_area as a where a.postal_area_key = e.postal_area_key)
        and e.count_date is not distinct from coalesce(
            (select max(d.count_date) from core.ev_count as d
                join staging.load_total as n on n.measure = 'ev_count' and n.data_date = d.count_date::text),
            (select max(count_date) from core.ev_count)
        )
    union all
    select 'charging_station_count', count(*) from core.charging_station
    union all
    select 'transit_stop_count', count(*) from core.transit_stop
)

select
    t.measure,
    t.published_value,
    coalesce(f.value, 0) as found_value,
    coalesce(f.value, 0) / nullif(t.published_value, 0) - 1 as difference_share,
    t.tolerance_share,
    abs(coalesce(f.value, 0) - t.published_value) <= t.tolerance_share * t.published_value as is_within,
    t.published_by
from staging.load_total as t
left join found as f using (measure);

comment on view core.source_total is 'What was loaded, held against published totals of the region file.';
comment on column core.source_total.measure is 'What is counted, within the region; ev_count within postal areas that reach into it.';
comment on column core.source_total.published_value is 'The published total.';
comment on column core.source_total.found_value is 'What was loaded.';
comment on column core.source_total.difference_share is 'How far it is off, as a share of the published total.';
comment on column core.source_total.tolerance_share is 'How far it may be.';
comment on column core.source_total.is_within is 'True when it is within the tolerance.';
comment on column core.source_total.published_by is 'Where the total was published.';
