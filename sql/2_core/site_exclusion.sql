-- needs: core.site, core.place, core.lone_place, core.last_resort_place, core.excluded_area
-- grain: one row per (site_id)

create materialized view core.site_exclusion as

with found as (
    select s.site_id, true as is_place, p.exclusion, p.exclusion_share, p.name, p.source_id, 'osm_feature' as record_table, p.record_number
    from core.site as s
    join core.place as p on s.site_key = 'place:' || p.place_key
    where p.exclusion_share > 0
    union all
    select s.site_id, true, 'alone', l.exclusion_share, p.name, l.source_id, 'osm_feature', l.record_number
    from core.site as s
    join core.place as p on s.site_key = 'place:' || p.place_key
    join core.lone_place as l using (place_key)
    where not exists (select from core.last_resort_place as f where f.place_key = l.place_key)
    union all
    select s.site_id, false, a.ground, a.exclusion_share, a.name, a.source_id, a.record_table, a.record_number
    from core.site as s
    join core.excluded_area as a on st_intersects(a.geom, s.geom)
)

select distinct on (site_id)
    site_id, exclusion, exclusion_share, exclusion_share >= 1 as is_hard, name, source_id, record_table, record_number
from found
-- what a place is excluded by may be the ground on which it stands, which has its own row
order by site_id, exclusion_share desc, is_place, exclusion = 'alone', exclusion, record_table, source_id, record_number
with no data;

create unique index site_exclusion_key on core.site_exclusion (site_id);

comment on materialized view core.site_exclusion is 'Sites on ground that is not for chargers, or less so, with the strictest reason.';
comment on column core.site_exclusion.site_id is 'Site.';
comment on column core.site_exclusion.exclusion is 'Why: the ground, such as flood (core.excluded_area), the type of the place itself, such as park, or alone (core.lone_place).';
comment on column core.site_exclusion.exclusion_share is '1 where nothing is built; less lowers the score by that share.';
comment on column core.site_exclusion.is_hard is 'True where nothing is built, unless a scenario sets hard_exclusions = false.';
comment on column core.site_exclusion.name is 'Name of the area or place, untrusted text.';
comment on column core.site_exclusion.source_id is 'The file that says so: staging.load_source.';
comment on column core.site_exclusion.record_table is 'Table of raw, without the schema.';
comment on column core.site_exclusion.record_number is 'Place of the record in its file, from 1.';
