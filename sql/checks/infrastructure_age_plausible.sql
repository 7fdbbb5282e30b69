-- The nearest public station of a cell is from 0 to 30 years old, and of known age where its feed gives an opening day.
-- hint: an opening day in a station feed may be mistyped; look at opened_on in core.charging_station.

with nearest as (
    select distinct on (d.cell_id) d.cell_id, s.opened_on
    from analysis.road_distance as d
    join core.site as s using (site_id)
    where s.is_public and s.port_count > 0
    order by d.cell_id, d.distance_m, d.site_id
)

select a.cell_id, a.station_age_year, a.is_age_assumed, n.opened_on
from analysis.station_access as a
left join nearest as n using (cell_id)
where a.station_age_year not between 0 and 30
    or a.is_age_assumed <> (n.opened_on is null);
