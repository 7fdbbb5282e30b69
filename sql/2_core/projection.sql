-- needs: core.projection_record, core.demand_cell, core.census_year
-- grain: one row per (planning_area_id, year)

create view core.projection as

-- of figures of the whole region each area without its own has the share that it has of the people of today
with own as (
    select planning_area_id, year, avg(population order by population) as population
    from core.projection_record
    where planning_area_id is not null
    group by planning_area_id, year
),

region as (
    select year, avg(population order by population) as population
    from core.projection_record
    where planning_area_id is null
    group by year
),

counted as (
    select
        planning_area_id,
        sum(population order by cell_id) as population,
        sum(population order by cell_id) / nullif((select sum(population order by cell_id) from core.demand_cell), 0) as share
    from core.demand_cell
    group by planning_area_id
),

projected as (
    select o.planning_area_id, o.year, o.population
    from own as o
    union all
    select c.planning_area_id, r.year, r.population * c.share
    from region as r
    cross join counted as c
    where not exists (select from own as o where o.planning_area_id = c.planning_area_id)
)

select planning_area_id, year, population, false as is_census
from projected
union all
-- the census is where a projection begins that has no year as early
select c.planning_area_id, y.census_year, c.population, true
from counted as c
cross join core.census_year as y
where y.census_year is not null
    and c.population > 0
    and exists (select from projected as p where p.planning_area_id = c.planning_area_id)
    and not exists (select from projected as p where p.planning_area_id = c.planning_area_id and p.year <= y.census_year);

comment on view core.projection is 'People expected in each planning area in some years, the census among them where no projection begins as early.';
comment on column core.projection.planning_area_id is 'The planning area.';
comment on column core.projection.year is 'Year, its middle.';
comment on column core.projection.population is 'People.';
comment on column core.projection.is_census is 'True for the people counted.';
