-- needs: staging.afdc_station, staging.afdc_level, staging.afdc_port, staging.load_source, core.level
-- grain: one row per (source_id, record_number, level, port_kw)

create view core.afdc_port as

with record as (
    select
        s.source_id, s.record_number, s.afdc_id, s.port_count, f.data_until as listed_on,
        exists (select from staging.afdc_port as p where p.source_id = s.source_id and p.record_number = s.record_number) as is_by_port
    from staging.afdc_station as s
    join staging.load_source as f using (source_id)
    where s.fuel_type_code = 'ELEC'
),

-- the ports of a record that does not count them are those of the newest list that does, and so is their power
counting as (
    select distinct on (r.source_id, r.record_number)
        r.source_id, r.record_number, o.source_id as other_source_id, o.record_number as other_record_number
    from record as r
    join record as o using (afdc_id)
    where o.port_count > 0
    order by r.source_id, r.record_number, o.source_id <> r.source_id, o.listed_on desc nulls last, o.source_id
),

powering as (
    select distinct on (r.source_id, r.record_number)
        r.source_id, r.record_number, o.source_id as other_source_id, o.record_number as other_record_number
    from record as r
    join record as o using (afdc_id)
    where o.is_by_port
    order by r.source_id, r.record_number, o.source_id <> r.source_id, o.listed_on desc nulls last, o.source_id
),

counted as (
    select c.source_id, c.record_number, l.level, l.port_count
    from counting as c
    join staging.afdc_level as l on l.source_id = c.other_source_id and l.record_number = c.other_record_number
    union all
    -- a station without counts is one port of unknown level
    select r.source_id, r.record_number, null, 1
    from record as r
    where not exists (select from counting as c where c.source_id = r.source_id and c.record_number = r.record_number)
),

-- a line of the file of ports is one port; of a line that counts several levels the power is that of the fastest
line as (
    select distinct on (w.source_id, w.record_number, p.port_number)
        w.source_id, w.record_number, p.port_number, p.level, p.port_count, p.port_kw
    from powering as w
    join staging.afdc_port as p on p.source_id = w.other_source_id and p.record_number = w.other_record_number
    left join core.level as l using (level)
    order by w.source_id, w.record_number, p.port_number, l.level_rank desc nulls last, p.level
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

comment on view core.afdc_port is 'Ports of charging stations of the alternative fuels list by level and power; what a record does not tell, the newest other list does.';
comment on column core.afdc_port.source_id is 'The file it came from: staging.load_source.';
comment on column core.afdc_port.record_number is 'Place of the record in its file, from 1.';
comment on column core.afdc_port.level is 'Level; null where the station has no count.';
comment on column core.afdc_port.port_kw is 'Power of each of these ports; null but for what the file of ports tells.';
comment on column core.afdc_port.port_count is 'How many.';
