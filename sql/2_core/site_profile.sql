-- needs: core.site, core.site_address, core.site_fact, core.site_port, staging.degrees
-- grain: one row per (site_id)

create materialized view core.site_profile as

with fact as (
    select
        site_id,
        max(value_text) filter (where fact = 'land_owner') as owner_class,
        max(value_number) filter (where fact = 'parking') as parking_space_count,
        max(value_text) filter (where fact = 'opening_hours') as opening_hours,
        max(value_text) filter (where fact = 'surroundings') as surroundings,
        max(value_text) filter (where fact = 'exclusion') as exclusion,
        max(value_text) filter (where fact = 'street_access') as street_class,
        max(value_number) filter (where fact = 'street_access') as street_m,
        max(value_number) filter (where fact = 'three_phase') as three_phase_m,
        max(value_number) filter (where fact = 'substation') as substation_m
    from core.site_fact
    group by site_id
),

power as (
    select site_id, case when bool_and(port_kw is not null) then sum(port_count * port_kw) end as kw
    from core.site_port
    group by site_id
)

select
    s.site_id,
    s.site_key,
    a.address,
    a.street_number,
    a.street,
    a.city,
    -- a public body builds its stations on public land; whose land a private one stands on, the map knows better
    case
        when s.owner_type in ('municipal', 'government') then 'public'
        else coalesce(f.owner_class, case when s.owner_type = 'private' then 'private' end)
    end as owner_class,
    p.kw,
    f.parking_space_count::integer as parking_space_count,
    f.opening_hours,
    f.surroundings,
    f.exclusion,
    f.street_class,
    f.street_m,
    f.three_phase_m,
    f.substation_m,
    round(st_x(d.geom)::numeric, 6)::double precision as lon,
    round(st_y(d.geom)::numeric, 6)::double precision as lat
from core.site as s
join core.site_address as a using (site_key)
left join fact as f using (site_id)
left join power as p using (site_id)
cross join lateral (select staging.degrees(s.geom) as geom) as d
with no data;

create unique index site_profile_key on core.site_profile (site_id);

comment on materialized view core.site_profile is 'What lists say of a site beside its name: address, owner, power, coordinates, and the facts of its place in columns.';
comment on column core.site_profile.site_id is 'Site.';
comment on column core.site_profile.site_key is 'Key of the station or candidate.';
comment on column core.site_profile.address is 'Where it is, for people: core.site_address.';
comment on column core.site_profile.street_number is 'Number of the nearest civic address; null where none is near.';
comment on column core.site_profile.street is 'Street; null where none is near.';
comment on column core.site_profile.city is 'Town of that address; null where not known.';
comment on column core.site_profile.owner_class is 'Whose land it is: of a station by its owner, else by the map: public or private; null where no source tells.';
comment on column core.site_profile.kw is 'Power of the ports that stand there; null where none stand or that of any is not known.';
comment on column core.site_profile.parking_space_count is 'Places for cars within candidate_cluster_m; null where not known.';
comment on column core.site_profile.opening_hours is 'Opening hours as the map has them.';
comment on column core.site_profile.surroundings is 'Land use of the map there.';
comment on column core.site_profile.exclusion is 'What makes it unfit for building: core.site_exclusion; null for nothing.';
comment on column core.site_profile.street_class is 'Class of the nearest street.';
comment on column core.site_profile.street_m is 'Distance to it.';
comment on column core.site_profile.three_phase_m is 'Distance to three-phase supply; null where none is known near.';
comment on column core.site_profile.substation_m is 'Distance to the nearest transformer station; null where none is known.';
comment on column core.site_profile.lon is 'Longitude, degrees.';
comment on column core.site_profile.lat is 'Latitude, degrees.';
