-- needs: plan.simulation, plan.simulation_station, plan.served_demand, report.published_run
-- grain: one row per (simulation_station_id)

create view report.simulation_station as

select
    row_number() over (order by s.simulation_id, s.site_id, s.level) as simulation_station_id,
    s.simulation_id,
    m.run_id,
    s.site_id,
    s.level,
    max(s.port_count) as port_count,
    avg(s.arrived_count)::double precision as arrived_per_day,
    sum(s.balked_count)::double precision / nullif(sum(s.arrived_count), 0) as balked_share,
    sum(s.wait_min) / nullif(sum(s.served_count), 0) as wait_min,
    avg(s.busy_min / (1440.0 * s.port_count)) as utilisation_share,
    avg(s.peak_served_count)::double precision as peak_served_per_h,
    max(d.sessions_per_h) as promised_per_h,
    max(d.capacity_per_h) as capacity_per_h
from plan.simulation_station as s
join plan.simulation as m using (simulation_id)
join report.published_run as r on r.run_id = m.run_id
left join plan.served_demand as d
    on d.run_id = m.run_id and d.phase = m.phase and d.level = s.level and d.site_id = s.site_id
group by s.simulation_id, m.run_id, s.site_id, s.level;

comment on view report.simulation_station is 'Days played on a plan, by station and level, beside what its M/M/c queue promised.';
comment on column report.simulation_station.simulation_station_id is 'Key for GIS clients.';
comment on column report.simulation_station.simulation_id is 'The simulation.';
comment on column report.simulation_station.run_id is 'The run.';
comment on column report.simulation_station.site_id is 'The site.';
comment on column report.simulation_station.level is 'The level.';
comment on column report.simulation_station.port_count is 'Its ports.';
comment on column report.simulation_station.arrived_per_day is 'Cars that come on a day.';
comment on column report.simulation_station.balked_share is 'Share of them that leave without charging.';
comment on column report.simulation_station.wait_min is 'Minutes that a car waits which charges, on average.';
comment on column report.simulation_station.utilisation_share is 'Share of the day that its ports are busy.';
comment on column report.simulation_station.peak_served_per_h is 'Cars of the busiest hour that charge.';
comment on column report.simulation_station.promised_per_h is 'Sessions that it serves in that hour by the plan.';
comment on column report.simulation_station.capacity_per_h is 'Sessions that it could serve by the plan.';
