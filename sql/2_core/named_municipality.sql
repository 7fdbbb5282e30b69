-- needs: core.station_source, staging.osm_feature, core.municipal_name, core.municipal_facility, core.region
-- grain: one row per (text, is_operator)

create materialized view core.named_municipality as

with said as (
    select name as text, false as is_operator from core.station_source
    union
    select operator, true from core.station_source
    union
    select owner_name, true from core.station_source
    union
    select name, false from staging.osm_feature where feature_kind in ('poi', 'parking')
    union
    select tags ->> 'operator', true from staging.osm_feature where feature_kind in ('poi', 'parking')
),

-- words with a space before, between and after them
word as materialized (
    select s.text, s.is_operator, ' ' || btrim(regexp_replace(lower(s.text), '[^[:alnum:]]+', ' ', 'g')) || ' ' as words
    from said as s
    join core.region as r on r.is_owner_read_from_name = 1
    where s.text <> ''
),

phrase as materialized (
    select * from core.municipal_name
),

-- most texts have the name of no municipality
near as materialized (
    select w.text, w.is_operator, w.words, b.base
    from word as w
    join (select distinct base from phrase) as b on strpos(w.words, ' ' || b.base || ' ') > 0
),

named as (
    select
        w.text,
        w.is_operator,
        min(n.municipality) filter (where not n.is_facility) as municipality,
        min(n.municipality) filter (where n.is_facility) as facility_municipality
    from near as w
    join phrase as n
        on n.base = w.base
        and case when n.is_whole then w.words = n.phrase else strpos(w.words, n.phrase) > 0 end
        and (w.is_operator or not n.is_of_operator)
    group by w.text, w.is_operator
)

select w.text, w.is_operator, n.municipality, n.facility_municipality, f.is_facility, case when f.is_facility then b.facility_name end as facility_name
from word as w
left join named as n using (text, is_operator)
cross join lateral (
    select exists (select from core.municipal_facility as m where strpos(w.words, ' ' || m.facility || ' ') > 0) as is_facility
) as f
-- what stands before a dash or after the last word for a building is what is in it: Main Concession - X Complex, X Arena Canteen, Cantine de l'aréna de X
cross join lateral (
    select regexp_replace(
        regexp_replace(w.text, format('^.*(\s[-–]|[-–]\s|[,:])\s*(?=.*\m(%s)\M)', a.facilities), '', 'i'),
        format('^(.*\m(%s)\M(\s+(de\s|du\s|des\s|d[''’])\S.*)?).*$', a.facilities), '\1', 'i'
    ) as facility_name
    from (select string_agg(facility, '|' order by facility) as facilities from core.municipal_facility) as a
) as b
where n.text is not null or f.is_facility
with no data;

create unique index named_municipality_key on core.named_municipality (text, is_operator);

comment on materialized view core.named_municipality is 'Names and operators of stations and places that name a municipality of the region or a building such as it has.';
comment on column core.named_municipality.text is 'Name or operator, untrusted text.';
comment on column core.named_municipality.is_operator is 'True for an operator or owner.';
comment on column core.named_municipality.municipality is 'Municipality that it names: core.municipal_name; null for none.';
comment on column core.named_municipality.facility_municipality is 'Municipality whose building it names, as in X Arena; null for none.';
comment on column core.named_municipality.is_facility is 'True where it names a building such as municipalities have, whoever runs it: core.municipal_facility.';
comment on column core.named_municipality.facility_name is 'The part of the text that names that building; null where none does.';
