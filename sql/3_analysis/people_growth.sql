-- needs: core.planning_area, core.region, core.projection, core.census_year
-- grain: one row per (planning_area_id, year)

create view analysis.people_growth as

-- At the end of a year as the vehicles are. Between two years of a projection on a straight line, after the last one no more;
-- without a projection by the rate of the region from the census on.
with projection as materialized (
    select planning_area_id, year, population from core.projection
),

due as (
    select a.planning_area_id, y.year, y.year + 0.5 as after_year, c.census_year
    from core.planning_area as a
    cross join core.census_year as c
    -- no phase of a scenario is later
    cross join generate_series(c.census_year, 2200) as y (year)
),

interpolated as (
    select d.planning_area_id, d.year, d.census_year, w.at, v.population
    from due as d
    cross join lateral (values ('census', d.census_year::numeric), ('then', d.after_year)) as w (at, year)
    left join lateral (
        select p.year, p.population from projection as p
        where p.planning_area_id = d.planning_area_id and p.year <= w.year
        order by p.year desc limit 1
    ) as b on true
    left join lateral (
        select p.year, p.population from projection as p
        where p.planning_area_id = d.planning_area_id and p.year > w.year
        order by p.year limit 1
    ) as n on true
    cross join lateral (
        select coalesce(b.population + (n.population - b.population) * (w.year - b.year) / (n.year - b.year), b.population, n.population)
            as population
    ) as v
),

ratio as (
    select planning_area_id, year, census_year,
        max(population) filter (where at = 'then') / nullif(max(population) filter (where at = 'census'), 0) as people_factor
    from interpolated
    group by planning_area_id, year, census_year
)

select
    t.planning_area_id,
    t.year,
    coalesce(t.people_factor, (1 + r.population_annual_growth_share) ^ (t.year + 0.5 - t.census_year)) as people_factor,
    t.people_factor is not null as is_projected
from ratio as t
cross join core.region as r;

comment on view analysis.people_growth is 'How many times the people of each planning area grow from the census to the end of a year.';
comment on column analysis.people_growth.planning_area_id is 'The planning area.';
comment on column analysis.people_growth.year is 'The year.';
comment on column analysis.people_growth.people_factor is 'People then over those of the census.';
comment on column analysis.people_growth.is_projected is 'True where a projection tells it, false where it is the rate of the region.';
