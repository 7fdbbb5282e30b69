-- needs: report.published_run, report.run_level, plan.scenario_charger
-- grain: one row per (run_id, charger_type)

create view report.run_charger as

select
    p.run_id,
    c.charger_type,
    c.level,
    c.title_en,
    c.title_fr,
    (row_number() over (partition by p.run_id order by l.place, c.port_kw, c.charger_type))::integer as place,
    c.port_kw
from report.published_run as p
join plan.scenario_charger as c using (scenario_id)
join report.run_level as l on l.run_id = p.run_id and l.level = c.level;

comment on view report.run_charger is 'The charger types that a published plan knows.';
comment on column report.run_charger.run_id is 'The run.';
comment on column report.run_charger.charger_type is 'The charger type.';
comment on column report.run_charger.level is 'Its level.';
comment on column report.run_charger.title_en is 'Its name in English.';
comment on column report.run_charger.title_fr is 'Its name in French.';
comment on column report.run_charger.place is 'Its place among the types of the plan, from 1 for the least power of the lowest level.';
comment on column report.run_charger.port_kw is 'Power of a port.';
