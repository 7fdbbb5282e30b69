-- needs: model.cell_charging, plan.scenario_level, core.demand_cell, core.hexagon_index
-- grain: one row per (scenario_id, level, demand_id)

create table model.zone_member as

-- one hexagon of the level's edge is one zone: its drivers are counted together, so that there are few flows
select
    c.scenario_id,
    l.level,
    c.cell_id as demand_id,
    first_value(c.cell_id) over zone as zone_id,
    c.public_kw / sum(c.public_kw) over zone as zone_share
from model.cell_charging as c
join plan.scenario_level as l on l.scenario_id = c.scenario_id
join core.demand_cell as d on d.cell_id = c.cell_id
cross join lateral core.hexagon_index(d.point_geom, l.zone_edge_m) as h
window zone as (
    partition by c.scenario_id, l.level, h.i, h.j
    order by c.cell_id rows between unbounded preceding and unbounded following
);

comment on table model.zone_member is 'Cells merged into the zones between which and the sites drivers flow.';
comment on column model.zone_member.scenario_id is 'The scenario.';
comment on column model.zone_member.level is 'The level.';
comment on column model.zone_member.demand_id is 'The cell: core.demand_cell.';
comment on column model.zone_member.zone_id is 'The zone, by the lowest of its cells.';
comment on column model.zone_member.zone_share is 'Its share of what is charged in public in the zone, at the date of the count in every phase; the shares of a zone sum to 1.';
