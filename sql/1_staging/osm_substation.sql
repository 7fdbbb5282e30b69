-- needs: raw.osm_feature, raw.load, staging.tag_kv
-- grain: one row per (source_id, record_number)

create view staging.osm_substation as

with substation as (
    select
        source_id,
        record_number,
        left(osm_type, 1) || osm_id as feature_key,
        nullif(name, '') as name,
        tags,
        lower(split_part(tags ->> 'substation', ';', 1)) as substation_type,
        staging.tag_kv(tags ->> 'voltage') as voltage_kv,
        st_transform(geom, :metric_srid) as shape
    from raw.osm_feature
    where load_id = (select load_id from raw.load where is_current) and feature_kind = 'substation'
)

select
    source_id,
    record_number,
    feature_key,
    name,
    voltage_kv,
    -- a judgement: below 30 kV a substation feeds streets; so does one without type and voltage that is small, in a building or nameless
    case
        when substation_type in ('traction', 'industrial', 'customer', 'consumer', 'private') then 'serves a railway or a plant'
        when substation_type in ('transition', 'compensation', 'measurement', 'converter', 'generation', 'switching', 'switch') then 'transforms nothing down'
        when substation_type in ('minor_distribution', 'minor', 'kiosk', 'pole') then 'serves streets alone'
        when voltage_kv < 30 and substation_type is distinct from 'transmission' then 'serves streets alone'
        when substation_type is null and voltage_kv is null and (
            lower(tags ->> 'location') in ('kiosk', 'pole', 'underground', 'indoor', 'rooftop', 'platform')
            or coalesce(tags ->> 'building', 'no') <> 'no' or tags ? 'transformer' or tags ->> 'man_made' = 'street_cabinet'
            or (st_dimension(shape) = 2 and st_area(shape) < 400)
            or (st_dimension(shape) < 2 and name is null)
        ) then 'serves streets alone'
    end as minor_because,
    substation_type is not null or voltage_kv is not null as is_told,
    st_pointonsurface(shape)::geometry(Point, :metric_srid) as geom
from substation;

comment on view staging.osm_substation is 'Substations of OpenStreetMap, and which of them are no station of the public grid that feeds an area.';
comment on column staging.osm_substation.source_id is 'The file it came from: staging.load_source.';
comment on column staging.osm_substation.record_number is 'Place of the record in its file, from 1.';
comment on column staging.osm_substation.feature_key is 'Key such as n123 or w45.';
comment on column staging.osm_substation.name is 'Name, untrusted text.';
comment on column staging.osm_substation.voltage_kv is 'Highest voltage tagged.';
comment on column staging.osm_substation.minor_because is 'Why it feeds no area of the public grid; null where it may.';
comment on column staging.osm_substation.is_told is 'True where the map tells its type or voltage.';
comment on column staging.osm_substation.geom is 'Place.';
