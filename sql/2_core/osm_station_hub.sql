-- needs: core.osm_charger, core.region
-- grain: one row per (feature_key); stations that belong to another

create view core.osm_station_hub as

select distinct on (p.feature_key) p.feature_key, h.feature_key as hub_key
from core.osm_charger as p
cross join core.region as r
-- near enough for either reason: this finds the few through the index
join core.osm_charger as h on st_dwithin(h.shape, p.geom, r.station_merge_m)
where h.feature_key <> p.feature_key and not h.is_point and h.status = p.status
    and (
        -- it stands within the outline of a station
        (st_dimension(h.shape) = 2 and st_intersects(h.shape, p.geom) and (st_area(h.shape), h.feature_key) > (st_area(p.shape), p.feature_key))
        -- or is a single point beside one of the same operator
        or (
            p.is_point
            and (
                p.operator_key is null or h.operator_key is null
                or starts_with(p.operator_key, h.operator_key) or starts_with(h.operator_key, p.operator_key)
            )
        )
    )
order by p.feature_key, st_distance(h.shape, p.geom), st_area(h.shape) desc, h.feature_key;

comment on view core.osm_station_hub is 'Charge points of OpenStreetMap that stand in or beside a station which counts them.';
comment on column core.osm_station_hub.feature_key is 'The point, or a station within another.';
comment on column core.osm_station_hub.hub_key is 'The station that it is part of.';
