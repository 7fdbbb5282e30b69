-- needs: staging.load_assumption, core.census_area, core.census_area_address, core.demand_cell, core.region, core.grid_station, analysis.source_age,
--   core.postal_area, core.charging_station, analysis.hosting_capacity, analysis.station_access, analysis.transit_access, analysis.utilisation,
--   core.measured_utilisation, core.given_candidate, core.site_port, analysis.map_assumption
-- grain: one row per (topic, assumption)

create view analysis.assumption as

select source as topic, assumption
from staging.load_assumption
union
select source, format('%s is of %s: %s years old when it was loaded.', file_name, to_char(first_day, 'YYYY'), round(age_year))
from analysis.source_age
where is_old
union
select 'boundary', 'The outline of the region is drawn around its people and streets.'
from core.region
where is_stand_in
union
select 'population', format(
    '%s people of %s census areas without a place are spread over addresses of their municipality that no other area claims.',
    round(sum(population)::numeric), count(*)
)
from core.census_area as c
where geom is null
    and exists (select from core.census_area_address as a where a.census_area_id = c.census_area_id)
having count(*) > 0
union
select topic, assumption
from analysis.map_assumption
union
select 'ev_counts', 'Electric vehicles are shared like the people.'
from core.region
where not exists (select from core.demand_cell where ev_count > 0)
union
select 'postal_areas', format(
    'Of the %s electric vehicles in postal areas that reach beyond the region, %s are counted, by surface inside it.',
    round(sum(ev_count)::numeric), round(sum(ev_count * inside_share)::numeric)
)
from core.postal_area
where inside_share < 0.999
having count(*) > 0
union
select 'transit', 'Transit access is shared like the people.'
from core.region
where not exists (select from analysis.transit_access where place_kind = 'cell')
union
select 'stations', format(
    'Of %s cells the nearest station has no known opening day, or none is in reach: its age is taken to be the median.',
    count(*)
)
from analysis.station_access
where is_age_assumed and station_age_year is not null
having count(*) > 0
union
select 'stations', format(
    '%s charging stations with %s ports are private; they are no sites and serve no one else.',
    count(*), sum(port_count)
)
from core.charging_station
where status = 'in_service' and access = 'private'
having count(*) > 0
union
select 'stations', format(
    'The power of %s of %s ports of level %s is not known; they are taken for the usual charger of that level.',
    sum(port_count) filter (where port_kw is null), sum(port_count), level
)
from core.site_port
group by level
having bool_or(port_kw is null)
union
select 'stations', 'The age of stations is not known: that part of demand is shared like the people.'
from core.region
where not exists (select from analysis.station_access where station_age_year > 0)
union
select 'utilisation', format(
    'How busy %s of %s stations are is estimated from where vehicles are and what else they could use; it was not measured.',
    count(*) filter (where is_estimate), count(*)
)
from analysis.utilisation
having bool_or(is_estimate) and not bool_and(is_estimate)
union
select 'utilisation', format('%s measurements of use speak of stations that no feed has, and are left out.', count(*))
from core.measured_utilisation
where station_key is null
having count(*) > 0
union
select 'currency', format(
    'Sums are in %s. Prices that a scenario does not set are those of base.toml, which are Canadian: they count as %s, unconverted.',
    currency, currency
)
from core.region
where currency <> 'CAD'
union
select 'candidates', format('%s of the candidates given are left out: %s.', count(*), refusal)
from core.given_candidate
where refusal is not null
group by refusal
union
select 'grid', format('Hosting capacity of %s of %s grid areas is assumed.', count(*) filter (where is_assumed), count(*))
from analysis.hosting_capacity
having bool_or(is_assumed)
union
select 'grid', format('%s grid stations have no known place and so no area.', count(*))
from core.grid_station
where geom is null
having count(*) > 0;

comment on view analysis.assumption is 'All that the data of the region had to assume, in sentences; show them wherever results are shown.';
comment on column analysis.assumption.topic is 'What it is about.';
comment on column analysis.assumption.assumption is 'What is assumed.';
