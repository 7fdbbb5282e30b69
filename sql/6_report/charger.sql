-- needs: report.run_charger, report.published_run, report.level
-- grain: one row per (charger_type)

create view report.charger as

with known as (
    select distinct on (c.charger_type) c.charger_type, c.level, c.title_en, c.title_fr, c.port_kw
    from report.run_charger as c
    join report.published_run as p using (run_id)
    order by c.charger_type, p.is_adopted desc, p.run_id desc
)

select
    (row_number() over (order by l.level_id, k.port_kw, k.charger_type))::integer as charger_id,
    k.charger_type,
    k.level,
    k.title_en,
    k.title_fr,
    k.port_kw
from known as k
join report.level as l using (level);

comment on view report.charger is 'The charger types of published plans, those of the lowest level first.';
comment on column report.charger.charger_id is 'Its place, from 1.';
comment on column report.charger.charger_type is 'The charger type.';
comment on column report.charger.level is 'Its level.';
comment on column report.charger.title_en is 'Its name in English: that of the adopted plan, else of the latest.';
comment on column report.charger.title_fr is 'Its name in French, likewise.';
comment on column report.charger.port_kw is 'Power of a port.';
