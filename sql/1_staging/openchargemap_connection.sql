-- needs: raw.openchargemap_poi, raw.load, staging.openchargemap_status_type
-- grain: one row per (source_id, record_number, connection_number)

create view staging.openchargemap_connection as

with connection as (
    select
        p.source_id,
        p.record_number,
        c.connection_number::integer,
        coalesce((c.value ->> 'LevelID')::integer, (c.value #>> '{Level,ID}')::integer) as level_id,
        coalesce((c.value ->> 'CurrentTypeID')::integer, (c.value #>> '{CurrentType,ID}')::integer) as current_type_id,
        nullif((c.value ->> 'PowerKW')::double precision, 0) as power_kw,
        -- a single connection without a quantity stands for all points of the station
        coalesce(
            (c.value ->> 'Quantity')::integer,
            case when jsonb_array_length(p.record -> 'Connections') = 1 then (p.record ->> 'NumberOfPoints')::integer end,
            1
        ) as port_count,
        (c.value ->> 'Quantity')::integer as quantity,
        coalesce((c.value ->> 'StatusTypeID')::integer, (c.value #>> '{StatusType,ID}')::integer) as status_type_id
    from raw.openchargemap_poi as p
    cross join lateral jsonb_array_elements(
        case when jsonb_typeof(p.record -> 'Connections') = 'array' then p.record -> 'Connections' else '[]' end
    ) with ordinality as c (value, connection_number)
    where p.load_id = (select load_id from raw.load where is_current)
        and jsonb_typeof(c.value) = 'object'
)

select
    source_id,
    record_number,
    connection_number,
    level_id,
    case when level_id between 1 and 3 then 'L' || level_id end as tagged_level,
    current_type_id,
    power_kw,
    port_count,
    quantity,
    coalesce(s.status, 'in_service') as status,
    -- where the tags contradict each other the power decides, then the current: L3 is direct current, so 43 kW of
    -- alternating current tagged level 3 is L2, and 22 kW tagged level 1 is L2
    case
        when power_kw >= 50 or current_type_id = 30 then 'L3'
        when level_id = 3 and (current_type_id is null or current_type_id not in (10, 20)) then 'L3'
        when power_kw > 3.7 or level_id >= 2 then 'L2'
        when power_kw <= 3.7 or level_id = 1 then 'L1'
    end as level
from connection
left join staging.openchargemap_status_type as s using (status_type_id);

comment on view staging.openchargemap_connection is 'Connections of OpenChargeMap stations, each with its level.';
comment on column staging.openchargemap_connection.source_id is 'The file it came from: staging.load_source.';
comment on column staging.openchargemap_connection.record_number is 'Place of the station in its file, from 1.';
comment on column staging.openchargemap_connection.connection_number is 'Place of the connection in its station, from 1.';
comment on column staging.openchargemap_connection.level_id is 'LevelID as delivered.';
comment on column staging.openchargemap_connection.tagged_level is 'Level by LevelID alone; null for other numbers.';
comment on column staging.openchargemap_connection.current_type_id is 'CurrentTypeID: 10 and 20 alternating, 30 direct current.';
comment on column staging.openchargemap_connection.power_kw is 'PowerKW as delivered; 0 counts as unknown.';
comment on column staging.openchargemap_connection.port_count is 'Quantity, else the points of the station, else 1.';
comment on column staging.openchargemap_connection.quantity is 'Quantity as delivered.';
comment on column staging.openchargemap_connection.status is 'in_service (also when unknown), planned or out_of_service.';
comment on column staging.openchargemap_connection.level is 'L1, L2, L3 (direct current); null when neither level nor power is known.';
