-- needs: core.road_edge
-- grain: one row per (road_class_id)

create view report.road_class as

select
    c.road_class_id,
    c.highway,
    c.road_class_id <= 3 as is_main,
    sum(e.length_m) / 1000 as length_km,
    sum(sum(e.length_m)) over (order by c.road_class_id) / 1000 as length_so_far_km
from unnest(
    array['motorway', 'trunk', 'primary', 'secondary', 'tertiary', 'unclassified', 'residential']
) with ordinality as c (highway, road_class_id)
join core.road_edge as e using (highway)
group by c.road_class_id, c.highway;

comment on view report.road_class is 'Classes of road that there are, the highest first: a map draws as many as it has room for.';
comment on column report.road_class.road_class_id is 'Rank: 1 is the highest.';
comment on column report.road_class.highway is 'Class, as OpenStreetMap has it.';
comment on column report.road_class.is_main is 'True for motorway, trunk and primary.';
comment on column report.road_class.length_km is 'Length of its roads.';
comment on column report.road_class.length_so_far_km is 'Length of its roads and of all higher classes.';
