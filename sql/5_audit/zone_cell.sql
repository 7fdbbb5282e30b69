-- needs: audit.cell_charging, audit.level, core.hexagon_index
-- grain: one row per (run_id, level, cell_id)

create view audit.zone_cell as

select
    p.run_id, p.distance_kind, l.level, l.service_distance_m, p.cell_id, p.point_geom,
    min(p.cell_id) over (partition by p.run_id, l.level, h.i, h.j) as zone_id,
    (p.home_kw + p.destination_kw) * l.energy_share / l.kwh_per_session as counted_per_h,
    p.home_kw * l.energy_share / l.kwh_per_session as home_per_h,
    p.destination_kw * l.energy_share / l.kwh_per_session as destination_per_h
from audit.cell_charging as p
join audit.level as l on l.scenario_id = p.scenario_id
cross join lateral core.hexagon_index(p.point_geom, l.zone_edge_m) as h
where p.home_kw + p.destination_kw > 0;

comment on view audit.zone_cell is 'Cells where sessions are asked for, with the zone that they are counted in at a level.';
comment on column audit.zone_cell.run_id is 'The run.';
comment on column audit.zone_cell.distance_kind is 'How the scenario measures distances: road or straight_line.';
comment on column audit.zone_cell.level is 'The level.';
comment on column audit.zone_cell.service_distance_m is 'How far a site serves at the level.';
comment on column audit.zone_cell.cell_id is 'The cell: core.demand_cell.';
comment on column audit.zone_cell.point_geom is 'Its point.';
comment on column audit.zone_cell.zone_id is 'The zone: the lowest of its cells.';
comment on column audit.zone_cell.counted_per_h is 'Sessions in the peak hour, as at the count of vehicles; a zone is divided among its cells by it in every phase.';
comment on column audit.zone_cell.home_per_h is 'Of those who live there.';
comment on column audit.zone_cell.destination_per_h is 'Of those who come there.';
