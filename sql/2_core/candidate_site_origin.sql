-- needs: core.candidate_site, core.place_member, core.place, core.host, core.given_candidate, core.road_node
-- grain: one row per (candidate_key, record_table, source_id, record_number)

create view core.candidate_site_origin as

select
    'place:' || m.cluster_key as candidate_key,
    'osm_feature' as record_table,
    p.source_id,
    p.record_number,
    p.place_key as record_key
from core.place_member as m
join core.place as p using (place_key)
union all
select c.candidate_key, 'osm_feature', h.source_id, h.record_number, h.host_key
from core.candidate_site as c
join core.host as h on c.candidate_key = 'place:' || h.host_key and not h.is_place
union all
select candidate_key, 'candidate', source_id, record_number, substr(candidate_key, length('given:') + 1)
from core.given_candidate
where refusal is null
union all
select c.candidate_key, 'road_node', n.source_id, n.record_number, 'n' || n.node_id
from core.candidate_site as c
join core.road_node as n on c.candidate_key = 'junction:' || n.node_id;

comment on view core.candidate_site_origin is 'Where candidates come from: the places they stand for and the land these are on, the list that has them, or their junction.';
comment on column core.candidate_site_origin.candidate_key is 'Candidate.';
comment on column core.candidate_site_origin.record_table is 'Table of raw, without the schema.';
comment on column core.candidate_site_origin.source_id is 'The file: staging.load_source.';
comment on column core.candidate_site_origin.record_number is 'Place of the record in its file, from 1.';
comment on column core.candidate_site_origin.record_key is 'Key of the record in its source.';
