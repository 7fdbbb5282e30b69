-- needs: core.population_point, core.census_area, core.address, core.cell_postal_area, core.postal_area_origin
-- grain: one row per (cell_id, record_table, source_id, record_number)

create view core.demand_cell_origin as

with home as (
    select distinct cell_id, census_group_id from core.population_point
)

select h.cell_id, 'census_area' as record_table, a.source_id, a.record_number, a.area_key as record_key
from home as h
join core.census_area as a using (census_group_id)
where greatest(a.population, a.household_count, 0) > 0
union all
select distinct h.cell_id, 'address', a.source_id, a.record_number, 'record ' || a.record_number
from core.population_point as h
join core.address as a using (address_id)
union all
select s.cell_id, o.record_table, o.source_id, o.record_number, o.record_key
from core.cell_postal_area as s
join core.postal_area_origin as o using (postal_area_key);

comment on view core.demand_cell_origin is 'Where the people and vehicles of a cell come from: census areas, addresses, postal areas.';
comment on column core.demand_cell_origin.cell_id is 'Demand cell.';
comment on column core.demand_cell_origin.record_table is 'Table of raw, without the schema.';
comment on column core.demand_cell_origin.source_id is 'The file: staging.load_source.';
comment on column core.demand_cell_origin.record_number is 'Place of the record in its file, from 1.';
comment on column core.demand_cell_origin.record_key is 'Key of the record in its source.';
