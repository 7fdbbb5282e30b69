-- needs: plan.simulation, plan.simulation_hour, report.published_run
-- grain: one row per (simulation_hour_id)

create view report.simulation_hour as

select
    row_number() over (order by h.simulation_id, h.level, h.hour) as simulation_hour_id,
    h.simulation_id,
    m.run_id,
    h.level,
    h.hour,
    avg(h.arrived_count)::double precision as arrived_per_h,
    sum(h.balked_count)::double precision / nullif(sum(h.arrived_count), 0) as balked_share,
    sum(h.wait_min) / nullif(sum(h.served_count), 0) as wait_min,
    avg(h.busy_min / nullif(60.0 * h.port_count, 0)) as utilisation_share
from plan.simulation_hour as h
join plan.simulation as m using (simulation_id)
join report.published_run as r on r.run_id = m.run_id
group by h.simulation_id, m.run_id, h.level, h.hour;

comment on view report.simulation_hour is 'Days played on a plan, by level and hour of arrival.';
comment on column report.simulation_hour.simulation_hour_id is 'Key for GIS clients.';
comment on column report.simulation_hour.simulation_id is 'The simulation.';
comment on column report.simulation_hour.run_id is 'The run.';
comment on column report.simulation_hour.level is 'The level.';
comment on column report.simulation_hour.hour is 'Hour of the day, from 0.';
comment on column report.simulation_hour.arrived_per_h is 'Cars that come in it.';
comment on column report.simulation_hour.balked_share is 'Share of them that leave without charging.';
comment on column report.simulation_hour.wait_min is 'Minutes that a car waits which charges, on average.';
comment on column report.simulation_hour.utilisation_share is 'Share of the hour that ports are busy.';
