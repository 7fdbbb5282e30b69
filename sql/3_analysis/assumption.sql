-- needs: staging.load_assumption, core.census_area, core.free_address, core.demand_cell, core.region, core.grid_station, analysis.source_age,
--   core.postal_area, core.charging_station, analysis.hosting_capacity, analysis.station_access, analysis.transit_access, analysis.utilisation,
--   core.measured_utilisation, core.given_candidate, core.site_port, analysis.map_assumption, analysis.feeder_assumption,
--   analysis.session_assumption, analysis.destination_assumption, analysis.station_assumption, analysis.ev_growth_area
-- grain: one row per (topic, code, value)

create materialized view analysis.assumption as

-- what was assumed while sources were read
select source as topic, code, value
from staging.load_assumption
union
select source, 'old_source',
    jsonb_build_object('file_name', file_name, 'year', to_char(first_day, 'YYYY'), 'count', round(age_year))
from analysis.source_age
where is_old
union
select 'boundary', 'boundary_drawn', '{}'
from core.region
where is_stand_in
union
select 'population', 'people_unplaced', jsonb_build_object('population', round(sum(population)::numeric), 'count', count(*))
from core.census_area as c
where geom is null
    and exists (select from core.free_address as a where a.planning_area_id = c.planning_area_id)
having count(*) > 0
union
select topic, code, value
from analysis.map_assumption
union
select topic, code, value
from analysis.feeder_assumption
union
select 'ev_counts', 'ev_like_people', '{}'
from core.region
where not exists (select from core.demand_cell where ev_count > 0)
union
select 'postal_areas', 'ev_inside_by_address', jsonb_build_object(
    'ev_count', round(sum(ev_count)::numeric), 'count', round(sum(ev_count * inside_share)::numeric)
)
from core.postal_area
where inside_surface_share < 0.999 and share_basis = 'address'
having count(*) > 0
union
select 'postal_areas', 'ev_inside_by_people', jsonb_build_object(
    'ev_count', round(sum(ev_count)::numeric), 'count', round(sum(ev_count * inside_share)::numeric)
)
from core.postal_area
where inside_surface_share < 0.999 and share_basis = 'people'
having count(*) > 0
union
select 'postal_areas', 'ev_partly_inside', jsonb_build_object(
    'ev_count', round(sum(ev_count)::numeric), 'count', round(sum(ev_count * inside_share)::numeric)
)
from core.postal_area
where inside_surface_share < 0.999 and share_basis = 'surface'
having count(*) > 0
union
select 'ev_counts', 'ev_brought_forward', jsonb_build_object(
    'count', count(*) filter (where is_brought_forward), 'last_day', max(count_date)::text,
    'ev_count', round(sum(counted_ev_count) filter (where is_brought_forward)::numeric)
)
from core.postal_area
having bool_or(is_brought_forward)
union
select 'ev_counts', 'growth_unknown', '{}'
from core.region
where exists (select from core.postal_area)
    and not exists (select from analysis.ev_growth_area where middle_share is not null)
union
select 'transit', 'transit_like_people', '{}'
from core.region
where not exists (select from analysis.transit_access where place_kind = 'cell')
union
select 'stations', 'station_age_median', jsonb_build_object('count', count(*))
from analysis.station_access
where is_age_assumed and station_age_year is not null
having count(*) > 0
union
select 'stations', 'station_' || access, jsonb_build_object('count', count(*), 'port_count', sum(port_count))
from core.charging_station
where is_in_service and not is_public
group by access
union
select 'stations', 'access_unknown', jsonb_build_object('count', count(*) filter (where access is null), 'station_count', count(*))
from core.charging_station
where is_in_service
having bool_or(access is null)
union
select 'stations', 'owner_read_from_name', jsonb_build_object('count', count(*))
from core.charging_station
where is_in_service and is_owner_read_from_name
having count(*) > 0
union
select 'stations', 'owner_unknown', jsonb_build_object('count', count(*) filter (where owner_type is null), 'station_count', count(*))
from core.charging_station
where is_in_service
having bool_or(owner_type is null)
union
select 'stations', 'power_unknown', jsonb_build_object(
    'count', sum(port_count) filter (where port_kw is null), 'port_count', sum(port_count), 'level', level
)
from core.site_port
group by level
having bool_or(port_kw is null)
union
select 'stations', 'station_age_unknown', '{}'
from core.region
where not exists (select from analysis.station_access where station_age_year > 0)
union
select 'utilisation', 'use_estimated', jsonb_build_object(
    'count', count(*) filter (where is_estimate), 'station_count', count(*)
)
from analysis.utilisation
where demand_share is not null
having bool_or(is_estimate) and not bool_and(is_estimate)
union
select 'utilisation', 'use_of_closed', jsonb_build_object('count', count(*))
from analysis.utilisation
where is_estimate and demand_share is null
having count(*) > 0
union
select 'utilisation', 'use_of_no_station', jsonb_build_object('count', count(*))
from core.measured_utilisation
where station_key is null
having count(*) > 0
union
select topic, code, value
from analysis.session_assumption
union
select topic, code, value
from analysis.destination_assumption
union
select topic, code, value
from analysis.station_assumption
union
select 'currency', 'price_unconverted', jsonb_build_object('currency_code', currency)
from core.region
where currency <> 'CAD'
union
select 'candidates', 'candidate_' || refusal, jsonb_build_object('count', count(*))
from core.given_candidate
where refusal is not null
group by refusal
union
select 'grid', 'hosting_assumed', jsonb_build_object('count', count(*) filter (where is_assumed), 'area_count', count(*))
from analysis.hosting_capacity
having bool_or(is_assumed)
union
select 'grid', 'grid_station_unplaced', jsonb_build_object('count', count(*))
from core.grid_station
where geom is null
having count(*) > 0
with no data;

-- a sentence of a reader may be longer than an index takes
create unique index assumption_key on analysis.assumption (topic, code, md5(value::text));

comment on materialized view analysis.assumption is 'All that the data of the region had to assume, as codes and values; show them wherever results are shown.';
comment on column analysis.assumption.topic is 'What it is about.';
comment on column analysis.assumption.code is 'What is assumed: db/common/assumption.toml has the words, in both languages.';
comment on column analysis.assumption.value is 'Numbers and names that the words take; count chooses the plural form.';
