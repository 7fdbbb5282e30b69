-- needs: core.demand_cell, analysis.transit_access, analysis.station_access
-- grain: one row per (cell_id)

create materialized view analysis.cell_share as

-- added up in the order of cells, so that the same data gives the same digits whatever way the database takes
with measured as (
    select
        c.cell_id,
        c.population,
        c.ev_count,
        c.population * coalesce(t.departure_per_h, 0) as transit,
        -- all of its people where no station is near enough, half of them where access is average
        c.population / (1 + a.port_per_person / coalesce(nullif(avg(a.port_per_person) over everybody, 0), 1)) as infrastructure_need,
        c.population * a.station_age_year as infrastructure_age
    from core.demand_cell as c
    join analysis.station_access as a using (cell_id)
    left join analysis.transit_access as t on t.place_kind = 'cell' and t.place_id = c.cell_id
    window everybody as (order by c.cell_id rows between unbounded preceding and unbounded following)
),

share as (
    select
        cell_id,
        population / sum(population) over everybody as population_share,
        ev_count / nullif(sum(ev_count) over everybody, 0) as ev_share,
        transit / nullif(sum(transit) over everybody, 0) as transit_share,
        infrastructure_need / nullif(sum(infrastructure_need) over everybody, 0) as infrastructure_quality_share,
        infrastructure_age / nullif(sum(infrastructure_age) over everybody, 0) as infrastructure_age_share
    from measured
    window everybody as (order by cell_id rows between unbounded preceding and unbounded following)
)

-- what no source tells is shared like the people; analysis.assumption says so
select
    cell_id,
    population_share,
    case when max(ev_share) over () > 0 then coalesce(ev_share, 0) else population_share end as ev_share,
    coalesce(transit_share, population_share) as transit_share,
    coalesce(infrastructure_quality_share, population_share) as infrastructure_quality_share,
    coalesce(infrastructure_age_share, population_share) as infrastructure_age_share
from share
with no data;

create unique index cell_share_key on analysis.cell_share (cell_id);

comment on materialized view analysis.cell_share is 'What weights of demand are mixed from: each component sums to 1 over the region.';
comment on column analysis.cell_share.cell_id is 'The cell.';
comment on column analysis.cell_share.population_share is 'People.';
comment on column analysis.cell_share.ev_share is 'Electric vehicles.';
comment on column analysis.cell_share.transit_share is 'People times transit departures within a walk: places to which many come.';
comment on column analysis.cell_share.infrastructure_quality_share is 'People, the more the fewer ports they find: people / (1 + access / mean access).';
comment on column analysis.cell_share.infrastructure_age_share is 'People times the age of the nearest station.';
