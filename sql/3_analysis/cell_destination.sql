-- needs: analysis.destination_kind, core.job_point, core.place, core.transit_stop, core.demand_cell
-- grain: one row per (cell_id, kind)

create materialized view analysis.cell_destination as

-- drivers who charge where they go: to their jobs where a source tells of them, else every place counts alike, and a stop by
-- its departures; a place where nobody lives belongs to the nearest cell
with destination as (
    select 'work' as kind, j.geom, j.job_count as weight
    from core.job_point as j
    where j.job_count > 0
    union all
    select k.kind, p.geom, 1
    from core.place as p
    join analysis.destination_kind as k using (candidate_kind)
    where k.kind <> 'work' or not exists (select from core.job_point as j where j.job_count > 0)
    union all
    select 'transit', s.geom, s.departure_count
    from core.transit_stop as s
    where s.departure_count > 0
)

select c.cell_id, d.kind, sum(d.weight order by d.weight) / sum(sum(d.weight order by d.weight)) over kind as share
from destination as d
cross join lateral (
    select n.cell_id
    -- by distance alone, which the index gives, with all that are exactly as near
    from (select cell_id from core.demand_cell order by point_geom <-> d.geom fetch first 1 row with ties) as n
    order by n.cell_id
    limit 1
) as c
group by c.cell_id, d.kind
window kind as (partition by d.kind order by c.cell_id rows between unbounded preceding and unbounded following)
with no data;

create unique index cell_destination_key on analysis.cell_destination (cell_id, kind);

comment on materialized view analysis.cell_destination is 'Where drivers of the region work, shop, spend their leisure and change trains.';
comment on column analysis.cell_destination.cell_id is 'The cell.';
comment on column analysis.cell_destination.kind is 'work, shopping, leisure or transit.';
comment on column analysis.cell_destination.share is 'Its share of the kind; sums to 1 over the region for each kind that there is.';
