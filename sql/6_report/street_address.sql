-- needs: core.address, core.road_edge, core.planning_area
-- grain: one row per (city, street, street_number)

create view report.street_address as

with place as (
    select address_id as place_number, street_number, street, city, geom
    from core.address
    where street is not null
    union all
    -- without addresses, the middle of the longest part of each street of the map
    (
        select distinct on (n.city, e.name) e.edge_id, null, e.name, n.city, st_lineinterpolatepoint(e.geom, 0.5)
        from core.road_edge as e
        left join lateral (
            select a.name as city
            from core.planning_area as a
            where st_intersects(a.geom, st_startpoint(e.geom))
            order by a.planning_area_id
            limit 1
        ) as n on true
        where e.name is not null and not exists (select from core.address where street is not null)
        order by n.city, e.name, e.length_m desc, e.edge_id
    )
),

-- a source may spell in capitals what another does not
spelled as (
    select
        place_number,
        street_number,
        case when street = upper(street) then initcap(street) else street end as street,
        case when city = upper(city) then initcap(city) else city end as city,
        geom
    from place
)

select distinct on (city, street, street_number)
    street,
    city,
    street_number,
    round(st_x(geom))::integer as x_m,
    round(st_y(geom))::integer as y_m
from spelled
order by city, street, street_number, place_number;

comment on view report.street_address is
    'Where people may look themselves up: civic addresses, each once; in a region without them, the streets of the map.';
comment on column report.street_address.street is 'Street, untrusted text.';
comment on column report.street_address.city is 'Town as the source has it, or the municipality of a street of the map, untrusted text; null where not known.';
comment on column report.street_address.street_number is 'Number in the street, untrusted text; null for a street as a whole.';
comment on column report.street_address.x_m is 'Place in the metric CRS of the region, eastward.';
comment on column report.street_address.y_m is 'Place in the metric CRS of the region, northward.';
