-- needs: core.charging_station, core.candidate_site, core.given_candidate, core.address, core.road_edge, core.region,
--   staging.degrees_text
-- grain: one row per (site_key)

create materialized view core.site_address as

with place as (
    select station_key as site_key, null as given_address, geom
    from core.charging_station
    union all
    select c.candidate_key, g.address, c.geom
    from core.candidate_site as c
    left join core.given_candidate as g using (candidate_key)
)

select
    p.site_key,
    coalesce(p.given_address, a.street_number || ' ' || a.street, e.name, staging.degrees_text(p.geom)) as address,
    a.street_number,
    coalesce(a.street, e.name) as street,
    a.city,
    a.distance_m
from place as p
cross join core.region as r
-- a house number says where a site is, if it is near; farther off it would send people elsewhere
left join lateral (
    select n.street_number, n.street, n.city, st_distance(n.geom, p.geom) as distance_m
    from core.address as n
    where n.street_number is not null and n.street is not null and st_dwithin(n.geom, p.geom, r.site_address_max_m)
    order by st_distance(n.geom, p.geom), n.address_id
    limit 1
) as a on true
left join lateral (
    select n.name
    from core.road_edge as n
    where n.name is not null and st_dwithin(n.geom, p.geom, r.site_street_max_m)
    order by st_distance(n.geom, p.geom), n.edge_id
    limit 1
) as e on true
with no data;

create unique index site_address_key on core.site_address (site_key);

comment on materialized view core.site_address is 'Where sites and all charging stations are, in service or not, for people: as their source says, else the civic address within site_address_max_m, the named street within site_street_max_m, or the coordinates.';
comment on column core.site_address.site_key is 'Key of the station or candidate.';
comment on column core.site_address.address is 'Number and street, street, or latitude and longitude in degrees; untrusted text.';
comment on column core.site_address.street_number is 'Number of the nearest civic address, untrusted text; null where none is near.';
comment on column core.site_address.street is 'Street of the nearest civic address, else the named street; untrusted text; null where neither is near.';
comment on column core.site_address.city is 'Town of the nearest civic address, untrusted text; null where not known.';
comment on column core.site_address.distance_m is 'How far off that civic address is; null where none is near.';
