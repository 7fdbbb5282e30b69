-- needs: analysis.session_coincidence
-- grain: one row per (port_count); none where fewer than two ports are on record together

create materialized view analysis.measured_coincidence as

select port_count, busy_share
from analysis.session_coincidence
where (select max(port_count) from analysis.session_coincidence) > 1
with no data;

create unique index measured_coincidence_key on analysis.measured_coincidence (port_count);

comment on materialized view analysis.measured_coincidence is 'The curve of coincidence that the session records of the region give, for scenarios that follow them.';
comment on column analysis.measured_coincidence.port_count is 'Ports together.';
comment on column analysis.measured_coincidence.busy_share is 'Most of them that were busy at once, as a share.';
