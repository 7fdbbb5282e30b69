-- needs: raw.openchargemap_poi, raw.load
-- grain: one row per (source_id, record_number)

create view staging.openchargemap_station as

select
    source_id,
    record_number,
    ocm_id,
    record #>> '{AddressInfo,Title}' as name,
    -- the compact form names the operator by number alone
    record #>> '{OperatorInfo,Title}' as operator,
    case coalesce((record ->> 'StatusTypeID')::integer, (record #>> '{StatusType,ID}')::integer, 0)
        when 150 then 'planned'
        when 30 then 'out_of_service'
        when 100 then 'out_of_service'
        when 200 then 'out_of_service'
        when 210 then 'out_of_service'
        else 'in_service'
    end as status,
    (record ->> 'NumberOfPoints')::integer as point_count,
    (record ->> 'DateLastVerified')::timestamptz::date as confirmed_on,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.openchargemap_poi
where load_id = (select load_id from raw.load where is_current);

comment on view staging.openchargemap_station is 'Stations of OpenChargeMap.';
comment on column staging.openchargemap_station.source_id is 'The file it came from: staging.load_source.';
comment on column staging.openchargemap_station.record_number is 'Place of the record in its file, from 1.';
comment on column staging.openchargemap_station.ocm_id is 'OpenChargeMap ID.';
comment on column staging.openchargemap_station.name is 'Title, untrusted text.';
comment on column staging.openchargemap_station.operator is 'Operator, where the record names it.';
comment on column staging.openchargemap_station.status is 'in_service (also when unknown), planned or out_of_service.';
comment on column staging.openchargemap_station.point_count is 'NumberOfPoints: stalls that can be used at once.';
comment on column staging.openchargemap_station.confirmed_on is 'Day the record was last verified.';
comment on column staging.openchargemap_station.geom is 'Place.';
