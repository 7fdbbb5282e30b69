-- needs: core.road_edge
-- grain: one row per (edge_id)

create view report.road as

select
    edge_id,
    highway,
    name,
    length_m,
    length_m / nullif(forward_min, 0) * 0.06 as forward_km_per_h,
    length_m / nullif(backward_min, 0) * 0.06 as backward_km_per_h,
    backward_min is null as is_one_way,
    geom::geometry(LineString, :metric_srid) as geom
from core.road_edge;

comment on view report.road is 'Streets that routes run on.';
comment on column report.road.edge_id is 'The piece of street.';
comment on column report.road.highway is 'Road class.';
comment on column report.road.name is 'Street name, untrusted text.';
comment on column report.road.length_m is 'Length, metres.';
comment on column report.road.forward_km_per_h is 'Speed along its line.';
comment on column report.road.backward_km_per_h is 'Speed against it; null where not allowed.';
comment on column report.road.is_one_way is 'True where only the way along the line is allowed.';
comment on column report.road.geom is 'Line.';
