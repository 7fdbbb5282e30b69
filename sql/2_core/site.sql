-- needs: core.charging_station, core.offered_port, core.candidate_site, core.site_key, core.site_address, core.planning_area, core.grid_area,
--   core.grid_feeder, core.region, staging.site_registry
-- grain: one row per (site_id)

create materialized view core.site as

with place as (
    select
        s.station_key as site_key, s.name, s.operator, coalesce(p.port_count, 0) as port_count, s.access, s.owner_type, s.opened_on, s.is_public, null as candidate_kind, s.geom
    from core.charging_station as s
    left join (
        select station_key, sum(port_count)::integer as port_count from core.offered_port group by station_key
    ) as p using (station_key)
    union all
    select candidate_key, name, null, 0, null, null, null, false, candidate_kind, geom
    from core.candidate_site
)

select
    r.site_id,
    k.site_key,
    coalesce(p.name, case when p.candidate_kind = 'plaza' then 'Plaza, ' || d.address else d.address end) as name,
    d.address,
    p.operator,
    k.is_existing,
    p.is_public,
    p.access,
    p.owner_type,
    p.opened_on,
    p.port_count,
    a.planning_area_id,
    coalesce(f.grid_area_id, g.grid_area_id) as grid_area_id,
    f.grid_feeder_id,
    p.geom
from core.site_key as k
join staging.site_registry as r using (site_key)
join place as p using (site_key)
join core.site_address as d using (site_key)
left join lateral (
    select n.planning_area_id
    -- by distance alone, which the index gives, with all that are exactly as near
    from (select planning_area_id from core.planning_area order by geom <-> p.geom fetch first 1 row with ties) as n
    order by n.planning_area_id
    limit 1
) as a on true
left join lateral (
    select n.grid_area_id
    from (select grid_area_id from core.grid_area order by geom <-> p.geom fetch first 1 row with ties) as n
    order by n.grid_area_id
    limit 1
) as g on true
-- the nearest feeder; of those that lie equally near, as in a place that several serve, the one with most left
left join lateral (
    select n.grid_feeder_id, n.grid_area_id
    from core.region as r
    join core.grid_feeder as n on st_dwithin(n.geom, p.geom, r.feeder_reach_m)
    order by st_distance(n.geom, p.geom), n.capacity_kw desc nulls last, n.grid_feeder_id
    limit 1
) as f on true
with no data;

create unique index site_id_key on core.site (site_id);
create unique index site_site_key on core.site (site_key);
create index site_geom_idx on core.site using gist (geom);

comment on materialized view core.site is 'Where the plan may act: stations in service and candidates.';
comment on column core.site.site_id is 'Number of the site, the same in every load.';
comment on column core.site.site_key is 'Key of the station or candidate.';
comment on column core.site.name is 'Name, untrusted text; where the source has none, the address.';
comment on column core.site.address is 'Where it is, for people: core.site_address.';
comment on column core.site.operator is 'Operator of an existing station.';
comment on column core.site.is_existing is 'True for a station in service.';
comment on column core.site.is_public is 'True for a station in service that is not known to be closed to any of the public.';
comment on column core.site.access is 'public, customers, members, one_make or private; null for a candidate, and where no feed tells.';
comment on column core.site.owner_type is 'Owner of a station: municipal, government, utility, private or joint; null for a candidate, and where unknown.';
comment on column core.site.opened_on is 'Day a station opened, where known.';
comment on column core.site.port_count is 'Ports that offer coverage today: core.site_port has them by level and power.';
comment on column core.site.planning_area_id is 'Municipality or district.';
comment on column core.site.grid_area_id is 'Grid area that it draws from: that of its feeder, else where it lies.';
comment on column core.site.grid_feeder_id is 'Feeder that it draws from; null where none is known within feeder_reach_m.';
comment on column core.site.geom is 'Place.';
