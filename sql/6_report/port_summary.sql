-- needs: report.run_charger, report.published_run, report.plan_port
-- grain: one row per (run_id, charger_type)

create view report.port_summary as

select
    -- the same in every query, whatever is filtered
    c.run_id * 1000 + c.place as port_summary_id,
    c.run_id,
    p.scenario_name,
    c.charger_type,
    c.level,
    c.port_kw,
    s.station_count_before,
    s.station_count_after,
    s.port_count_before,
    s.port_count_after,
    s.port_count_before * c.port_kw as kw_before,
    s.port_count_after * c.port_kw as kw_after
from report.run_charger as c
join report.published_run as p using (run_id)
join (
    select
        run_id,
        charger_type,
        (count(*) filter (where port_count_before > 0))::integer as station_count_before,
        (count(*) filter (where port_count_after > 0))::integer as station_count_after,
        sum(port_count_before)::integer as port_count_before,
        sum(port_count_after)::integer as port_count_after
    from report.plan_port
    group by run_id, charger_type
) as s on s.run_id = c.run_id and s.charger_type = c.charger_type;

comment on view report.port_summary is 'Ports of the whole region by charger type, before each published plan and at its end; types without a port at either time are left out.';
comment on column report.port_summary.port_summary_id is 'Key for GIS clients: run and charger type.';
comment on column report.port_summary.run_id is 'The run.';
comment on column report.port_summary.scenario_name is 'Name of the scenario.';
comment on column report.port_summary.charger_type is 'The charger type.';
comment on column report.port_summary.level is 'Its level.';
comment on column report.port_summary.port_kw is 'Power of a port.';
comment on column report.port_summary.station_count_before is 'Stations with the type before the plan.';
comment on column report.port_summary.station_count_after is 'Stations with the type at its end.';
comment on column report.port_summary.port_count_before is 'Ports of the type before the plan.';
comment on column report.port_summary.port_count_after is 'Ports of the type at its end.';
comment on column report.port_summary.kw_before is 'Their power before the plan.';
comment on column report.port_summary.kw_after is 'Their power at its end.';
