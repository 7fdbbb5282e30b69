-- needs: analysis.session_coincidence
-- grain: one row per (level, port_count); none of a level of which fewer than two ports are on record together

create materialized view analysis.measured_coincidence as

select c.level, c.port_count, c.busy_share
from (
    select level, port_count, busy_share, max(port_count) over (partition by level) as most_port_count from analysis.session_coincidence
) as c
where c.most_port_count > 1
with no data;

create unique index measured_coincidence_key on analysis.measured_coincidence (level, port_count);

comment on materialized view analysis.measured_coincidence is 'The curve of coincidence of each level that the session records of the region give, for scenarios that follow them.';
comment on column analysis.measured_coincidence.level is 'Level of the ports.';
comment on column analysis.measured_coincidence.port_count is 'Ports together.';
comment on column analysis.measured_coincidence.busy_share is 'Most of them that were busy at once, as a share.';
