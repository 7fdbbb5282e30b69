-- needs: raw.osm_feature, raw.load, staging.tag_count, staging.tag_power_kw
-- grain: one row per (source_id, record_number, socket)

create view staging.osm_socket as

with tag as (
    select
        f.source_id,
        f.record_number,
        f.tags,
        t.value,
        t.key as tag_key,
        regexp_replace(split_part(lower(t.key), ':', 2), '[- ]', '_', 'g') as socket,
        lower(t.key) ~ ':output$' as is_output
    from raw.osm_feature as f
    cross join lateral jsonb_each_text(f.tags) as t
    where f.load_id = (select load_id from raw.load where is_current)
        and f.feature_kind = 'charging_station'
        -- socket:type2 says how many, socket:type2:output how strong; voltage and current are left to those who need them
        and lower(t.key) ~ '^socket:[a-z0-9_ -]+(:output)?$'
),

socket as (
    select
        source_id,
        record_number,
        socket,
        sum(staging.tag_count(value)) filter (where not is_output) as port_count,
        max(staging.tag_power_kw(value)) filter (where is_output) as power_kw,
        string_agg(value, ';' order by tag_key) filter (where not is_output) as count_tag,
        string_agg(value, ';' order by tag_key) filter (where is_output) as power_tag,
        bool_or(coalesce(tags ->> 'brand', '') || coalesce(tags ->> 'network', '') ~* 'destination') as is_destination
    from tag
    group by source_id, record_number, socket
),

classed as (
    select
        *,
        socket ~ '^(schuko|domestic|household|type[a-o]|cee_blue|bs_?1363|as_?3112|sev1011.*)$'
            or socket ~ '^nema_?(1|5|tt)_?[0-9]*' as is_domestic,
        socket ~ '(combo|ccs|chademo|chaoji|supercharger|mcs|megawatt|(^|_)dc(_|$))' as is_dc,
        socket ~ '^(bosch|shimano|panasonic|fazua|yamaha|energy_?bus|rosenberger|ropods|powerbutler|bicycle|e_?bike|usb|magnetic)' as is_bicycle
    from socket
)

select
    source_id,
    record_number,
    socket,
    nullif(port_count, 0)::integer as port_count,
    power_kw,
    count_tag,
    power_tag,
    -- power first, as staging.openchargemap_connection does: direct current is L3, 3.7 kW (16 A at home) is L1
    case
        when is_dc or power_kw >= 50 then 'L3'
        when socket ~ 'nacs' and not is_destination and (power_kw is null or power_kw > 22) then 'L3'
        when power_kw > 3.7 then 'L2'
        when is_domestic or power_kw <= 3.7 then 'L1'
        else 'L2'
    end as level,
    is_domestic,
    is_bicycle
from classed
where port_count is distinct from 0;

comment on view staging.osm_socket is 'Sockets of charging stations of OpenStreetMap, each with its level; those tagged no are none.';
comment on column staging.osm_socket.source_id is 'The file it came from: staging.load_source.';
comment on column staging.osm_socket.record_number is 'Place of the station in its file, from 1.';
comment on column staging.osm_socket.socket is 'Kind of socket, as tagged.';
comment on column staging.osm_socket.port_count is 'How many; null where the tag says no number.';
comment on column staging.osm_socket.power_kw is 'Highest power tagged.';
comment on column staging.osm_socket.count_tag is 'How many, as tagged.';
comment on column staging.osm_socket.power_tag is 'How strong, as tagged.';
comment on column staging.osm_socket.level is 'L1, L2 or L3 (direct current, or 50 kW and more).';
comment on column staging.osm_socket.is_domestic is 'True for sockets of homes, which are L1 where no power is tagged.';
comment on column staging.osm_socket.is_bicycle is 'True for sockets of bicycles.';
