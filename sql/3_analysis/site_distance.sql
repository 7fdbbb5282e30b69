-- needs: analysis.route, analysis.access_point, core.region
-- grain: one row per (site_id, other_site_id), site_id the lower of the two

create materialized view analysis.site_distance as

select
    least(a.place_id, b.place_id)::integer as site_id,
    greatest(a.place_id, b.place_id)::integer as other_site_id,
    min(t.distance_m + a.access_m + b.access_m) as distance_m
from analysis.route as t
join analysis.access_point as a on a.place_kind = 'site' and a.vertex_id = t.from_vertex_id
join analysis.access_point as b on b.place_kind = 'site' and b.vertex_id = t.to_vertex_id and b.place_id <> a.place_id
cross join core.region as r
where t.distance_m + a.access_m + b.access_m <= r.road_distance_max_m
group by least(a.place_id, b.place_id), greatest(a.place_id, b.place_id)
with no data;

create unique index site_distance_key on analysis.site_distance (site_id, other_site_id);
create index site_distance_other_site_id_idx on analysis.site_distance (other_site_id);
create index site_distance_m_idx on analysis.site_distance (distance_m);

comment on materialized view analysis.site_distance is 'How far two sites are from each other by road, access legs included: the shorter of the two ways; no row where neither is within road_distance_max_m.';
comment on column analysis.site_distance.site_id is 'The site with the lower number.';
comment on column analysis.site_distance.other_site_id is 'The other one.';
comment on column analysis.site_distance.distance_m is 'Length of the shortest route from one to the other, whichever way is shorter.';
