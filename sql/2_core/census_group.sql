-- needs: core.census_area
-- grain: one row per (census_group_id)

create materialized view core.census_group as

-- an area brings what is inside the region, if anybody lives there
with area as (
    select
        census_area_id,
        census_group_id,
        population * s.share as population,
        dwelling_count * s.share as dwelling_count,
        household_count * s.share as household_count,
        apartment_count * s.share as apartment_count,
        greatest(population, household_count, 0) * s.share as weight,
        median_income_cad,
        case when geom is null then planning_area_id end as planning_area_id
    from core.census_area
    cross join lateral (select coalesce(inside_share, 1) as share) as s
    where geom is not null or planning_area_id is not null
)

select
    census_group_id,
    min(planning_area_id) as planning_area_id,
    count(*)::integer as area_count,
    sum(population order by census_area_id) as population,
    sum(dwelling_count order by census_area_id) as dwelling_count,
    sum(household_count order by census_area_id) as household_count,
    sum(apartment_count order by census_area_id) as apartment_count,
    sum(weight order by census_area_id) as weight,
    sum(population order by census_area_id) filter (where median_income_cad is not null and population > 0) as income_population,
    sum(population * median_income_cad order by census_area_id) filter (where population > 0)
        / sum(population order by census_area_id) filter (where median_income_cad is not null and population > 0) as median_income_cad
from area
where weight > 0
group by census_group_id
with no data;

create unique index census_group_key on core.census_group (census_group_id);

comment on materialized view core.census_group is 'Census areas whose people are spread alike: an area for itself, those of a municipality without a place together. Areas without people are left out, and so is what lies outside the region.';
comment on column core.census_group.census_group_id is 'The group: core.census_area.';
comment on column core.census_group.planning_area_id is 'The municipality whose free addresses are home to its people; null for an area with a place.';
comment on column core.census_group.area_count is 'Its areas with people.';
comment on column core.census_group.population is 'People.';
comment on column core.census_group.dwelling_count is 'Private dwellings.';
comment on column core.census_group.household_count is 'Occupied private dwellings.';
comment on column core.census_group.apartment_count is 'Dwellings in apartment buildings.';
comment on column core.census_group.weight is 'People, or households where an area has more of them.';
comment on column core.census_group.income_population is 'People of its areas whose income is known; null when there are none.';
comment on column core.census_group.median_income_cad is 'Median household income per year, the mean of its areas weighted by people; null when not known.';
