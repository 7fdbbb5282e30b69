-- needs: analysis.measured_session, analysis.session_port, core.region
-- grain: one row per (level, port_count)

create view analysis.session_coincidence as

-- groups of ports of a level, drawn as a checksum orders them, of 1, 2, 4, 8 ... and all: the most of each that were busy at once, exactly, by events,
-- against as many of them as were on record together for session_port_day_min days
with port as (
    select session_port_id, level, first_start::date as first_day, last_start::date as last_day,
        row_number() over (partition by level order by md5(session_port_id::text), session_port_id) as place,
        count(*) over (partition by level) as n
    from analysis.session_port
    where is_typical and port_count = 1
),

size as (
    select distinct p.level, least(2 ^ e, p.n)::integer as size
    from (select level, max(n) as n from port group by level) as p
    cross join lateral generate_series(0, ceil(log(2, greatest(p.n, 1)))::integer) as e
),

-- a number tells groups apart: events are sorted by it many times faster than by the words of a level
member as materialized (
    select
        dense_rank() over (order by s.level, s.size, (p.place - 1) / s.size)::integer as group_id,
        s.level, p.session_port_id, p.first_day, p.last_day
    from size as s
    join port as p using (level)
    where (p.place - 1) / s.size < p.n / s.size
),

-- a port is on record from the day of its first session to that of its last
spell as (
    select
        m.group_id, m.level,
        sum(sum(v.change)) over grouped as port_count,
        lead(v.day) over grouped - v.day as day_count
    from member as m
    cross join lateral (values (m.first_day, 1), (m.last_day + 1, -1)) as v (day, change)
    group by m.group_id, m.level, v.day
    window grouped as (partition by m.group_id order by v.day)
),

together as (
    select d.group_id, d.level, max(d.port_count)::integer as port_count
    from (
        select group_id, level, port_count, sum(sum(day_count)) over (partition by group_id order by port_count desc) as day_count
        from spell
        where port_count > 0
        group by group_id, level, port_count
    ) as d
    join core.region as r on d.day_count >= r.session_port_day_min
    group by d.group_id, d.level
),

busy as (
    select session_port_id, unnest(range_agg(tstzrange(started_at, ended_at))) as period
    from analysis.measured_session
    where is_counted
    group by session_port_id
),

most_busy as materialized (
    select e.group_id, max(e.busy_count) as busy_count
    from (
        -- a car that leaves makes room for one that comes in that moment
        select m.group_id, sum(v.change) over (partition by m.group_id order by v.at, v.change rows unbounded preceding) as busy_count
        from member as m
        join busy as b using (session_port_id)
        cross join lateral (values (lower(b.period), 1), (upper(b.period), -1)) as v (at, change)
    ) as e
    group by e.group_id
),

-- more may have been on record for a few days: these count as many as the others
most as (
    select t.level, t.port_count, least(b.busy_count, t.port_count)::double precision / t.port_count as busy_share
    from most_busy as b
    join together as t using (group_id)
),

mean as (
    select level, port_count, count(*) as group_count, avg(busy_share order by busy_share) as mean_share, min(busy_share) as least_share, max(busy_share) as most_share
    from most
    group by level, port_count
),

-- groups are few: more ports never have a larger share, nor fewer of them busy
falling as (
    select *, min(mean_share) over (partition by level order by port_count) as falling_share
    from mean
)

select
    level,
    port_count,
    group_count,
    least_share,
    most_share,
    mean_share,
    max(port_count * falling_share) over (partition by level order by port_count) / port_count as busy_share
from falling;

comment on view analysis.session_coincidence is 'Ports of a level busy at once: of ports on record together, the most that were, by their number.';
comment on column analysis.session_coincidence.level is 'Level of the ports.';
comment on column analysis.session_coincidence.port_count is 'Ports on record together, for session_port_day_min days or more.';
comment on column analysis.session_coincidence.group_count is 'Groups of as many ports.';
comment on column analysis.session_coincidence.least_share is 'Most ports busy at once as a share, in the group where that is least.';
comment on column analysis.session_coincidence.most_share is 'In the group where that is most.';
comment on column analysis.session_coincidence.mean_share is 'Mean of the groups.';
comment on column analysis.session_coincidence.busy_share is 'The curve: the mean, such that more ports have no larger share, and no fewer of them busy.';
