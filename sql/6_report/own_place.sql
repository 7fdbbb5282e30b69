-- needs: plan.own_place, core.region, core.candidate_refusal, core.excluded_area, core.site, core.site_profile, staging.candidate,
--   staging.degrees, staging.load_source, staging.metric
-- grain: one row per (own_place_id)

create view report.own_place as

with region as (
    select region, st_expand(st_envelope(staging.degrees(geom)), 0.1) as around
    from core.region
),

-- far from the region its metric CRS may have no place for it
place as (
    select p.*, case when st_intersects(d.geom, r.around) then staging.metric(d.geom) end::geometry(Point, :metric_srid) as geom
    from plan.own_place as p
    join region as r using (region)
    cross join lateral (select st_setsrid(st_makepoint(p.lon, p.lat), 4326) as geom) as d
),

loaded as (
    select c.candidate_key as place_key
    from staging.candidate as c
    join staging.load_source as s using (source_id)
    where s.loader = 'own_place'
),

judged as (
    select
        p.*,
        l.place_key is not null as is_loaded,
        case when p.geom is null then 'outside' else coalesce(core.candidate_refusal(p.geom), case when x.ground is not null then 'excluded' end) end as refusal,
        x.ground as exclusion
    from place as p
    left join loaded as l using (place_key)
    left join lateral (
        select a.ground
        from core.excluded_area as a
        where a.is_hard and st_intersects(a.geom, p.geom)
        order by a.ground, a.excluded_area_id
        limit 1
    ) as x on true
)

select
    j.own_place_id,
    s.site_id,
    j.name,
    j.suitability_share,
    case
        when j.withdrawn_at is not null then case when j.is_loaded then 'leaving' else 'withdrawn' end
        when j.refusal is not null then 'refused'
        when j.is_loaded then 'candidate'
        else 'waiting'
    end as place_state,
    case when j.withdrawn_at is null then j.refusal end as refusal,
    case when j.withdrawn_at is null and j.refusal = 'excluded' then j.exclusion end as exclusion,
    o.address,
    o.city,
    o.owner_class,
    j.lon,
    j.lat,
    j.asked_by,
    j.asked_at,
    j.withdrawn_by,
    j.withdrawn_at,
    j.geom
from judged as j
left join core.site as s on s.site_key = 'given:' || j.place_key
left join core.site_profile as o using (site_id);

-- a place that is drawn is drawn for the region that is loaded, and one that is deleted is withdrawn
create rule own_place_insert as on insert to report.own_place do instead
insert into plan.own_place (region, name, suitability_share, lon, lat, asked_by)
values (
    (select region from core.region),
    nullif(new.name, ''), new.suitability_share, st_x(staging.degrees(new.geom)), st_y(staging.degrees(new.geom)),
    coalesce(nullif(new.asked_by, ''), session_user)
)
returning own_place_id, null::integer, name, suitability_share, null::text, null::text, null::text, null::text, null::text, null::text, lon, lat,
    asked_by, asked_at, withdrawn_by, withdrawn_at, staging.metric(st_setsrid(st_makepoint(lon, lat), 4326))::geometry(Point, :metric_srid);

create rule own_place_delete as on delete to report.own_place do instead
update plan.own_place
set withdrawn_by = session_user, withdrawn_at = clock_timestamp()
where own_place_id = old.own_place_id and withdrawn_at is null;

comment on view report.own_place is 'Places that planners drew in the region that is loaded, and what became of each; the next load has those that are new, and leaves out those that were withdrawn.';
comment on column report.own_place.own_place_id is 'Number of the place.';
comment on column report.own_place.site_id is 'The candidate site that it is; null where it is none.';
comment on column report.own_place.name is 'What it is called, untrusted text; null for one that is called by its address.';
comment on column report.own_place.suitability_share is 'How well a charger fits there, in [0, 1]; null where the person did not say.';
comment on column report.own_place.place_state is 'waiting (for a load), candidate, refused, leaving (withdrawn, a candidate until the next load) or withdrawn.';
comment on column report.own_place.refusal is 'Why it is refused: outside (of the region), taken (by a station in service) or excluded (nothing is built on such ground); null for nothing.';
comment on column report.own_place.exclusion is 'The ground that nothing is built on, such as flood: core.excluded_area; null where it is not that.';
comment on column report.own_place.address is 'Where the site is, for people: number and street, street, or coordinates; null before it is a site.';
comment on column report.own_place.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.own_place.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.own_place.lon is 'Longitude, degrees.';
comment on column report.own_place.lat is 'Latitude, degrees.';
comment on column report.own_place.asked_by is 'Who drew it; untrusted text.';
comment on column report.own_place.asked_at is 'When.';
comment on column report.own_place.withdrawn_by is 'Who took it back; untrusted text.';
comment on column report.own_place.withdrawn_at is 'When; null for a place that stays.';
comment on column report.own_place.geom is 'Place; null for one that is far from the region.';
