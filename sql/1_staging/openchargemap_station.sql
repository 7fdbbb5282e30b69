-- needs: raw.openchargemap_poi, raw.load, staging.openchargemap_status_type, staging.openchargemap_connection
-- grain: one row per (source_id, record_number)

create view staging.openchargemap_station as

with station as (
    select
        *,
        coalesce((record ->> 'StatusTypeID')::integer, (record #>> '{StatusType,ID}')::integer) as status_type_id,
        coalesce((record ->> 'UsageTypeID')::integer, (record #>> '{UsageType,ID}')::integer) as usage_type_id,
        coalesce((record ->> 'OperatorID')::integer, (record #>> '{OperatorInfo,ID}')::integer) as operator_id,
        nullif(btrim(record ->> 'UsageCost'), '') as usage_cost,
        -- of the states of a submission 100 (imported) and 200 are published; the others wait, were refused or delisted
        coalesce(
            (record #>> '{SubmissionStatus,IsLive}')::boolean,
            (record ->> 'SubmissionStatusTypeID')::integer in (100, 200),
            true
        ) as is_live
    from raw.openchargemap_poi
    where load_id = (select load_id from raw.load where is_current)
),

-- what its connections say together: it serves if one of them does
plug as (
    select
        source_id,
        record_number,
        case
            when bool_or(status = 'in_service') then 'in_service'
            when bool_or(status = 'out_of_service') then 'out_of_service'
            else 'planned'
        end as status
    from staging.openchargemap_connection
    group by source_id, record_number
)

select
    source_id,
    record_number,
    ocm_id,
    record #>> '{AddressInfo,Title}' as name,
    -- the compact form names the operator by number alone
    record #>> '{OperatorInfo,Title}' as operator,
    case
        when not s.is_live then 'out_of_service'
        when coalesce(t.status, 'in_service') <> 'in_service' then t.status
        else coalesce(p.status, 'in_service')
    end as status,
    case
        when s.usage_type_id in (2, 3) then 'private'
        when s.operator_id = 23 or record #>> '{OperatorInfo,Title}' ~* '\mtesla[- ]only\M' then 'one_make'
        when s.usage_type_id = 6 then 'customers'
        -- 4 asks for the card of a network, which anybody can have
        when s.usage_type_id in (1, 4, 5, 7) then 'public'
    end as access,
    case when s.usage_cost ~* '^(free|gratuit|0([.,]0*)?$)' then false else s.usage_cost is not null or s.usage_type_id = 5 or null end as has_fee,
    case when (record #>> '{OperatorInfo,IsPrivateIndividual}')::boolean then 'private' end as owner_type,
    coalesce(t.status, 'in_service') as stated_status,
    s.is_live,
    p.source_id is not null as has_connections,
    (record ->> 'NumberOfPoints')::integer as point_count,
    (record ->> 'DateLastVerified')::timestamptz::date as confirmed_on,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from station as s
left join staging.openchargemap_status_type as t using (status_type_id)
left join plug as p using (source_id, record_number);

comment on view staging.openchargemap_station is 'Stations of OpenChargeMap.';
comment on column staging.openchargemap_station.source_id is 'The file it came from: staging.load_source.';
comment on column staging.openchargemap_station.record_number is 'Place of the record in its file, from 1.';
comment on column staging.openchargemap_station.ocm_id is 'OpenChargeMap ID.';
comment on column staging.openchargemap_station.name is 'Title, untrusted text.';
comment on column staging.openchargemap_station.operator is 'Operator, where the record names it.';
comment on column staging.openchargemap_station.status is 'in_service (also when unknown), planned or out_of_service (also when not live, or no connection serves).';
comment on column staging.openchargemap_station.access is
    'one_make where the operator serves Teslas alone (operator 23), else public, customers or private by the type of use; null when unknown.';
comment on column staging.openchargemap_station.has_fee is 'False where charging is free; null when unknown.';
comment on column staging.openchargemap_station.owner_type is 'private where a private person offers it; null else, as OpenChargeMap knows no owners.';
comment on column staging.openchargemap_station.stated_status is 'What the record says of the station as a whole.';
comment on column staging.openchargemap_station.is_live is 'False when OpenChargeMap does not show it: delisted, refused, or not looked at yet.';
comment on column staging.openchargemap_station.has_connections is 'True when the record has connections.';
comment on column staging.openchargemap_station.point_count is 'NumberOfPoints: stalls that can be used at once.';
comment on column staging.openchargemap_station.confirmed_on is 'Day the record was last verified.';
comment on column staging.openchargemap_station.geom is 'Place.';
