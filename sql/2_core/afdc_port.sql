-- needs: staging.afdc_station, staging.afdc_port
-- grain: one row per (source_id, record_number, level, port_kw)

create view core.afdc_port as

with counted as (
    select s.source_id, s.record_number, l.level, l.port_count
    from staging.afdc_station as s
    cross join lateral (
        values
            ('L1', s.l1_port_count), ('L2', s.l2_port_count), ('L3', s.l3_port_count),
            -- a station without counts is one port of unknown level
            (null, (s.l1_port_count + s.l2_port_count + s.l3_port_count = 0)::integer)
    ) as l (level, port_count)
    where s.fuel_type_code = 'ELEC'
),

-- a line of the file of ports is one port; of a line that counts several levels the power is that of the fastest
told as (
    select
        p.source_id,
        p.record_number,
        l.level,
        p.port_kw,
        row_number() over (partition by p.source_id, p.record_number, l.level order by p.port_kw desc, p.port_number) as port_number
    from staging.afdc_port as p
    cross join lateral (
        values
            ('L3', p.l3_port_count),
            ('L2', case when p.l3_port_count = 0 then p.l2_port_count end),
            ('L1', case when p.l3_port_count + p.l2_port_count = 0 then p.l1_port_count end)
    ) as l (level, port_count)
    cross join generate_series(1, l.port_count)
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
comment on column core.afdc_port.level is 'L1, L2 or L3; null where the station has no count.';
comment on column core.afdc_port.port_kw is 'Power of each of these ports; null but for what the file of ports tells.';
comment on column core.afdc_port.port_count is 'How many.';
