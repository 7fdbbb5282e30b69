-- needs: staging.candidate, core.candidate_refusal, core.region
-- grain: one row per (candidate_key)

create materialized view core.given_candidate as

-- two lists may hold a place under one id
with candidate as (
    select distinct on (candidate_key) *
    from staging.candidate
    order by candidate_key, source_id, record_number
)

select
    'given:' || c.candidate_key as candidate_key,
    coalesce(c.name, c.address) as name,
    c.address,
    coalesce(c.suitability_share, r.given_suitability_share) as suitability_share,
    core.candidate_refusal(c.geom) as refusal,
    c.source_id,
    c.record_number,
    c.geom
from candidate as c
cross join core.region as r
with no data;

create unique index given_candidate_key on core.given_candidate (candidate_key);
create index given_candidate_geom_idx on core.given_candidate using gist (geom);

comment on materialized view core.given_candidate is 'Where a station could be built, as a list of the region says.';
comment on column core.given_candidate.candidate_key is 'given: and the id in the list.';
comment on column core.given_candidate.name is 'Name, else address; untrusted text.';
comment on column core.given_candidate.address is 'Street and number, untrusted text.';
comment on column core.given_candidate.suitability_share is 'How well a charger fits there, in [0, 1]; given_suitability_share where the list does not say.';
comment on column core.given_candidate.refusal is 'Why it is no candidate: outside (of the region), or taken (by a station in service); null for those that are.';
comment on column core.given_candidate.source_id is 'The file it came from: staging.load_source.';
comment on column core.given_candidate.record_number is 'Place of the record in its file, from 1.';
comment on column core.given_candidate.geom is 'Place.';
