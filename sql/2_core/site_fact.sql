-- needs: core.site, core.candidate_site, core.site_place, core.place, core.place_owner, core.owned_outline, core.site_supply, core.site_exclusion, core.land_use_area, core.road_edge, core.region, staging.load_source
-- grain: one row per (site_id, fact)

create materialized view core.site_fact as

with host as (
    -- Whose land it is, and when it is open: of the candidate's own place; a car park belongs to what it stands at,
    -- a station or a place of a list to what stands beside it.
    select
        p.site_id, p.place_rank, p.place_key, p.is_own, c.source_id, c.record_number,
        -- a plaza is open, whichever of its shops is
        case when k.candidate_kind is distinct from 'plaza' then c.opening_hours end as opening_hours
    from core.site_place as p
    join core.place as c using (place_key)
    join core.site as s using (site_id)
    left join core.candidate_site as k on k.candidate_key = s.site_key
    cross join core.region as r
    where p.is_own
        or (p.distance_m <= r.candidate_cluster_m / 2 and not exists (
            select from core.site_place as o
            join core.place as own using (place_key)
            where o.site_id = p.site_id and o.is_own and not own.is_parking
        ))
),

-- what a site stands on tells more of its owner than what stands beside it
land_owner as (
    select h.site_id, case when h.is_own then 0 else 3 end as owner_rank, h.place_rank::double precision as place_rank, h.place_key as key,
        o.owner_class, o.source_id, o.record_number
    from host as h
    join core.place_owner as o using (place_key)
    union all
    select s.site_id, case when o.is_place then 1 else 2 end, o.area_m2, o.outline_key, o.owner_class, o.source_id, o.record_number
    from core.site as s
    join core.owned_outline as o on st_intersects(o.geom, s.geom)
    where not exists (select from core.site_place as p where p.site_id = s.site_id and p.is_own)
),

parking as (
    select
        p.site_id,
        sum(c.space_count) as space_count,
        (array_agg(c.source_id order by c.space_count desc nulls last, c.place_key))[1] as source_id,
        (array_agg(c.record_number order by c.space_count desc nulls last, c.place_key))[1] as record_number
    from core.site_place as p
    join core.place as c using (place_key)
    where c.is_parking
    group by p.site_id
),

surroundings as (
    -- the smallest area around the site says most about it
    select distinct on (s.site_id) s.site_id, a.land_use, a.source_id, a.record_number
    from core.site as s
    join core.land_use_area as a on st_intersects(a.geom, s.geom)
    order by s.site_id, a.area_m2, a.land_use_area_id
),

street as (
    select s.site_id, e.highway, e.distance_m, e.source_id, e.record_number
    from core.site as s
    cross join core.region as r
    cross join lateral (
        select n.*, st_distance(n.geom, s.geom) as distance_m
        from (
            select edge_id, highway, source_id, record_number, geom
            from core.road_edge
            -- no driveway opens on a motorway, its ramps or a ferry
            where highway not in ('motorway', 'motorway_link', 'ferry')
            order by geom <-> s.geom
            fetch first 1 row with ties
        ) as n
        where st_dwithin(n.geom, s.geom, r.access_max_m)
        order by n.edge_id
        limit 1
    ) as e
),

fact (site_id, fact, value_text, value_number, unit, source_id, record_table, record_number) as (
    (
        select distinct on (site_id)
            site_id, 'land_owner', owner_class, null::double precision, null, source_id, 'osm_feature', record_number
        from land_owner
        order by site_id, owner_rank, place_rank, key
    )
    union all
    (
        select distinct on (site_id) site_id, 'opening_hours', opening_hours, null, null, source_id, 'osm_feature', record_number
        from host
        where opening_hours is not null
        order by site_id, place_rank, place_key
    )
    union all
    select site_id, 'parking', 'yes', space_count, 'spaces', source_id, 'osm_feature', record_number
    from parking
    union all
    select site_id, 'surroundings', land_use, null, null, source_id, 'osm_feature', record_number
    from surroundings
    union all
    select site_id, 'exclusion', exclusion, exclusion_share, 'share', source_id, record_table, record_number
    from core.site_exclusion
    union all
    select site_id, 'street_access', highway, distance_m, 'm', source_id, 'road_edge', record_number
    from street
    union all
    select site_id, 'three_phase', three_phase_kind, three_phase_m, 'm', three_phase_source_id, 'osm_feature', three_phase_record_number
    from core.site_supply
    where three_phase_m is not null
    union all
    select site_id, 'substation', null, substation_m, 'm', substation_source_id, null, substation_record_number
    from core.site_supply
    where substation_m is not null
)

select f.site_id, f.fact, f.value_text, f.value_number, f.unit, l.source, f.source_id, f.record_table, f.record_number
from fact as f
join staging.load_source as l using (source_id)
with no data;

create unique index site_fact_key on core.site_fact (site_id, fact);

comment on materialized view core.site_fact is 'What is known of the place of a site, and which source says so; what no source tells has no row.';
comment on column core.site_fact.site_id is 'Site.';
comment on column core.site_fact.fact is 'land_owner, opening_hours, parking, surroundings, exclusion, street_access, three_phase or substation.';
comment on column core.site_fact.value_text is 'Value in words: public or private; opening hours; yes; value of the landuse tag; the ground or type of place that excludes; class of the nearest street; line or substation.';
comment on column core.site_fact.value_number is 'Value as a number, in the unit: spaces of parking within candidate_cluster_m; exclusion, 1 where nothing is built; distance to the street, to three-phase supply, to the transformer station.';
comment on column core.site_fact.unit is 'Unit of the number.';
comment on column core.site_fact.source is 'Kind of source: staging.load_source.';
comment on column core.site_fact.source_id is 'The file: staging.load_source.';
comment on column core.site_fact.record_table is 'Table of raw, without the schema; null where the file tells it.';
comment on column core.site_fact.record_number is 'Place of the record in its file, from 1; of parking, the largest.';
