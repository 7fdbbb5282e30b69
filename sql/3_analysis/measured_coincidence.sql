-- needs: analysis.session_coincidence
-- grain: one row per (port_count); none where fewer than two ports are on record together

create materialized view analysis.measured_coincidence as

select c.port_count, c.busy_share
from (select port_count, busy_share, max(port_count) over () as most_port_count from analysis.session_coincidence) as c
where c.most_port_count > 1
with no data;

create unique index measured_coincidence_key on analysis.measured_coincidence (port_count);

comment on materialized view analysis.measured_coincidence is 'The curve of coincidence that the session records of the region give, for scenarios that follow them.';
comment on column analysis.measured_coincidence.port_count is 'Ports together.';
comment on column analysis.measured_coincidence.busy_share is 'Most of them that were busy at once, as a share.';
