-- needs: plan.simulation, plan.simulation_hour, plan.demand_service, report.published_run
-- grain: one row per (simulation_level_id)

create view report.simulation_level as

with day as (
    select
        h.simulation_id,
        h.level,
        h.replication,
        max(h.port_count) as port_count,
        sum(h.arrived_count) as arrived_count,
        sum(h.balked_count)::double precision / nullif(sum(h.arrived_count), 0) as balked_share,
        sum(h.wait_min) / nullif(sum(h.served_count), 0) as wait_min,
        sum(h.busy_min) / nullif(1440.0 * max(h.port_count), 0) as utilisation_share,
        sum(h.served_count) filter (where h.is_peak)::double precision
            / nullif(sum(h.arrived_count) filter (where h.is_peak), 0) as peak_served_share
    from plan.simulation_hour as h
    group by h.simulation_id, h.level, h.replication
),

spread as (
    select
        d.simulation_id,
        d.level,
        max(d.port_count) as port_count,
        avg(d.arrived_count)::double precision as arrived_per_day,
        avg(d.balked_share) as balked_share,
        stddev_samp(d.balked_share) / sqrt(count(d.balked_share)) as balked_error,
        avg(d.wait_min) as wait_min,
        stddev_samp(d.wait_min) / sqrt(count(d.wait_min)) as wait_error,
        avg(d.utilisation_share) as utilisation_share,
        stddev_samp(d.utilisation_share) / sqrt(count(d.utilisation_share)) as utilisation_error,
        avg(d.peak_served_share) as peak_served_share,
        stddev_samp(d.peak_served_share) / sqrt(count(d.peak_served_share)) as peak_served_error
    from day as d
    group by d.simulation_id, d.level
)

select
    row_number() over (order by s.simulation_id, s.level) as simulation_level_id,
    s.simulation_id,
    m.run_id,
    m.phase,
    s.level,
    m.replication_count,
    m.is_profile_measured,
    s.port_count,
    s.arrived_per_day,
    s.balked_share,
    m.t_quantile * s.balked_error as balked_margin,
    s.wait_min,
    m.t_quantile * s.wait_error as wait_margin,
    s.utilisation_share,
    m.t_quantile * s.utilisation_error as utilisation_margin,
    s.peak_served_share,
    m.t_quantile * s.peak_served_error as peak_served_margin,
    p.promised_share as peak_served_promised_share
from spread as s
join plan.simulation as m using (simulation_id)
join report.published_run as r on r.run_id = m.run_id
left join lateral (
    select sum(d.served_per_h) / nullif(sum(d.demand_per_h), 0) as promised_share
    from plan.demand_service as d
    where d.run_id = m.run_id and d.phase = m.phase and d.level = s.level
) as p on true;

comment on view report.simulation_level is 'Days played on a plan, by level, beside what its M/M/c queues promised; margins are half of 95 % intervals of the mean over the days.';
comment on column report.simulation_level.simulation_level_id is 'Key for GIS clients.';
comment on column report.simulation_level.simulation_id is 'The simulation.';
comment on column report.simulation_level.run_id is 'The run.';
comment on column report.simulation_level.phase is 'The phase, at its end.';
comment on column report.simulation_level.level is 'The level.';
comment on column report.simulation_level.replication_count is 'Days that were played.';
comment on column report.simulation_level.is_profile_measured is 'True when the hours of the day are those of session records.';
comment on column report.simulation_level.port_count is 'Ports of the level.';
comment on column report.simulation_level.arrived_per_day is 'Cars that come on a day.';
comment on column report.simulation_level.balked_share is 'Share of them that leave without charging.';
comment on column report.simulation_level.balked_margin is 'Its margin.';
comment on column report.simulation_level.wait_min is 'Minutes that a car waits which charges, on average.';
comment on column report.simulation_level.wait_margin is 'Its margin.';
comment on column report.simulation_level.utilisation_share is 'Share of the day that ports are busy.';
comment on column report.simulation_level.utilisation_margin is 'Its margin.';
comment on column report.simulation_level.peak_served_share is 'Share of the cars of the busiest hour that charge.';
comment on column report.simulation_level.peak_served_margin is 'Its margin.';
comment on column report.simulation_level.peak_served_promised_share is 'The share of sessions served in that hour by the plan.';
