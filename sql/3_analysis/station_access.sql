-- needs: analysis.road_distance, core.site, core.site_port, core.level, core.demand_cell, core.station_source
-- grain: one row per (cell_id)

create materialized view analysis.station_access as

-- Two-step floating catchment area (Luo and Wang 2003): what a station has for each person in its catchment, then what
-- each cell finds in its own: all within the longest road distance that is worked out. A port weighs what it serves.
with station as (
    select
        s.site_id,
        sum(p.port_count * l.port_weight order by p.level) as port_weight,
        s.opened_on
    from core.site as s
    join core.site_port as p using (site_id)
    join core.level as l using (level)
    where s.is_public
    group by s.site_id, s.opened_on
),

supply as (
    select s.site_id, s.port_weight / sum(c.population order by c.cell_id) as port_per_person
    from station as s
    join analysis.road_distance as d using (site_id)
    join core.demand_cell as c using (cell_id)
    group by s.site_id, s.port_weight
    having max(c.population) > 0
),

-- ages count back from the last day that any feed speaks of, so that they do not change by themselves
known as (
    select site_id, (last.day - opened_on) / 365.25 as age_year
    from station
    cross join (select max(greatest(opened_on, confirmed_on)) as day from core.station_source) as last
    where opened_on is not null
),

median as (
    select percentile_cont(0.5) within group (order by age_year) as age_year from known
),

found as (
    select d.cell_id, sum(u.port_per_person order by d.site_id) as port_per_person
    from supply as u
    join analysis.road_distance as d using (site_id)
    group by d.cell_id
),

nearest as (
    select distinct on (d.cell_id) d.cell_id, d.site_id
    from analysis.road_distance as d
    join station as s using (site_id)
    order by d.cell_id, d.distance_m, d.site_id
)

select
    c.cell_id,
    coalesce(f.port_per_person, 0) as port_per_person,
    coalesce(k.age_year, m.age_year)::double precision as station_age_year,
    k.age_year is null as is_age_assumed
from core.demand_cell as c
cross join median as m
left join found as f using (cell_id)
left join nearest as n using (cell_id)
left join known as k using (site_id)
with no data;

create unique index station_access_key on analysis.station_access (cell_id);

comment on materialized view analysis.station_access is 'How well stations of today serve a cell, and how old the nearest is.';
comment on column analysis.station_access.cell_id is 'The cell.';
comment on column analysis.station_access.port_per_person is 'Ports within the longest road distance, each divided by the people within it, in ports of the level with the longest sessions per person: core.level; 0 where there is none.';
comment on column analysis.station_access.station_age_year is 'Age of the nearest station within the longest road distance, years; the median where it is unknown; null where no age is known at all.';
comment on column analysis.station_access.is_age_assumed is 'True where the median is used.';
