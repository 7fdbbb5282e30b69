-- needs: raw.afdc_station, raw.load
-- grain: one row per (source_id, record_number)

create view staging.afdc_station as

select
    source_id,
    record_number,
    afdc_id,
    fuel_type_code,
    case upper(status_code) when 'E' then 'in_service' when 'P' then 'planned' else 'out_of_service' end as status,
    name,
    nullif(network, '') as operator,
    case
        when lower(access_code) = 'private' then 'private'
        -- no other make has this plug on its own
        when upper(connector_types) = 'TESLA' or access_hours ~* '\mtesla (vehicles? )?(use )?only' then 'one_make'
        when access_hours ~* '\m(employees?|staff|residents?|tenants?|fleet) (use )?only' then 'private'
        when access_hours ~* '\mmembers? (use )?only' then 'members'
        when is_restricted or access_hours ~* '\m(customers?|guests?|clients?|patrons?|visitors?|shoppers?|students?) (use )?only' then 'customers'
        else lower(access_code)
    end as access,
    access_hours,
    case
        when access_hours ~* '24 hours|24 ?/ ?7' then true
        when access_hours ~* '\d ?(am|pm)|\d:\d\d|hours' then false
    end as is_open_all_day,
    case upper(pricing) when 'FREE' then false else pricing is not null or null end as has_fee,
    case
        when k.is_doubtful then null
        when k.code = 'LG' then 'municipal'
        when k.code in ('FG', 'SG') then 'government'
        when k.code = 'T' then 'utility'
        when k.code = 'P' then 'private'
        when k.code = 'J' then 'joint'
    end as owner_type,
    k.is_doubtful as is_owner_doubtful,
    agency as owner_name,
    lower(facility_type) as facility_kind,
    coalesce(level1_port_count, 0) + coalesce(level2_port_count, 0) + coalesce(dc_fast_port_count, 0) as port_count,
    opened_on,
    confirmed_on,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.afdc_station
-- a bank or a hotel that belongs to a public body is a mistake of the list sooner than a fact
cross join lateral (
    select
        upper(owner_type_code) as code,
        coalesce(
            upper(owner_type_code) in ('LG', 'SG', 'FG') and upper(facility_type) in (
                'AUTO_REPAIR', 'B_AND_B', 'BANK', 'BREWERY_DISTILLERY_WINERY', 'CAR_DEALER', 'CARWASH', 'CONVENIENCE_STORE', 'FUEL_RESELLER',
                'GAS_STATION', 'GROCERY', 'HARDWARE_STORE', 'HOTEL', 'INN', 'RENTAL_CAR_RETURN', 'RESTAURANT', 'RETAIL', 'SHOPPING_CENTER',
                'SHOPPING_MALL'
            ), false
        ) as is_doubtful
) as k
where load_id = (select load_id from raw.load where is_current);

comment on view staging.afdc_station is 'Stations of the alternative fuels list, all fuels and statuses.';
comment on column staging.afdc_station.source_id is 'The file it came from: staging.load_source.';
comment on column staging.afdc_station.record_number is 'Place of the record in its file, from 1.';
comment on column staging.afdc_station.afdc_id is 'AFDC station id.';
comment on column staging.afdc_station.fuel_type_code is 'ELEC, LPG, CNG, ...';
comment on column staging.afdc_station.status is 'in_service, planned or out_of_service.';
comment on column staging.afdc_station.name is 'Name, untrusted text.';
comment on column staging.afdc_station.operator is 'Charging network.';
comment on column staging.afdc_station.access is 'public, customers, members, one_make or private, by the code and by what the hours say of whom; null when unknown.';
comment on column staging.afdc_station.access_hours is 'When it is open, untrusted text.';
comment on column staging.afdc_station.is_open_all_day is 'True where these are all hours of all days; null when unknown.';
comment on column staging.afdc_station.has_fee is 'False where charging is free; null when unknown.';
comment on column staging.afdc_station.owner_type is 'municipal, government (federal or provincial), utility, private or joint; null when unknown or doubtful.';
comment on column staging.afdc_station.is_owner_doubtful is 'True where the list names a public body as the owner of a business.';
comment on column staging.afdc_station.owner_name is 'Agency that owns it, untrusted text.';
comment on column staging.afdc_station.facility_kind is 'Kind of place, such as hotel.';
comment on column staging.afdc_station.port_count is 'Ports of all levels: staging.afdc_level.';
comment on column staging.afdc_station.opened_on is 'Day it opened.';
comment on column staging.afdc_station.confirmed_on is 'Day the record was last confirmed.';
comment on column staging.afdc_station.geom is 'Place.';
