-- needs: staging.afdc_station, staging.afdc_level, staging.afdc_port, core.level
-- grain: one row per (source_id, record_number, level, port_kw)

create view core.afdc_port as

with counted as (
    select s.source_id, s.record_number, l.level, l.port_count
    from staging.afdc_station as s
    join staging.afdc_level as l using (source_id, record_number)
    where s.fuel_type_code = 'ELEC'
    union all
    -- a station without counts is one port of unknown level
    select source_id, record_number, null, 1
    from staging.afdc_station
    where fuel_type_code = 'ELEC' and port_count = 0
),

-- a line of the file of ports is one port; of a line that counts several levels the power is that of the fastest
line as (
    select distinct on (p.source_id, p.record_number, p.port_number) p.*
    from staging.afdc_port as p
    left join core.level as l using (level)
    order by p.source_id, p.record_number, p.port_number, l.level_rank desc nulls last, p.level
),

told as (
    select
        p.source_id,
        p.record_number,
        p.level,
        p.port_kw,
        row_number() over (partition by p.source_id, p.record_number, p.level order by p.port_kw desc, p.port_number) as port_number
    from line as p
    cross join generate_series(1, p.port_count)
    where p.port_kw is not null
)

select c.source_id, c.record_number, c.level, t.port_kw, count(*)::integer as port_count
from counted as c
cross join generate_series(1, c.port_count) as n
left join told as t
    on t.source_id = c.source_id and t.record_number = c.record_number and t.level = c.level and t.port_number = n
group by c.source_id, c.record_number, c.level, t.port_kw;

comment on view core.afdc_port is 'Ports of charging stations of the alternative fuels list by level and power.';
comment on column core.afdc_port.source_id is 'The file it came from: staging.load_source.';
comment on column core.afdc_port.record_number is 'Place of the record in its file, from 1.';
comment on column core.afdc_port.level is 'Level; null where the station has no count.';
comment on column core.afdc_port.port_kw is 'Power of each of these ports; null but for what the file of ports tells.';
comment on column core.afdc_port.port_count is 'How many.';
