-- needs: core.setting
-- grain: one row per (level)

create materialized view core.level as

with level as (
    select
        level,
        max(value) filter (where setting = 'level_rank') as level_rank,
        max(value) filter (where setting = 'session_min') as session_min,
        max(value) filter (where setting = 'utilisation_share') as utilisation_share
    from core.setting
    where level is not null
    group by level
)

select
    level,
    row_number() over (order by level_rank, level)::integer as level_rank,
    level_rank > 0 as is_offered,
    level_rank > 0 and row_number() over (partition by level_rank > 0 order by level_rank, level) = 1 as is_lowest,
    session_min,
    utilisation_share,
    max(session_min) over () / session_min as port_weight
from level
with no data;

create unique index level_key on core.level (level);

comment on materialized view core.level is 'Levels of chargers that the settings of the region know; sql/checks refuses a level that the data has and this has not.';
comment on column core.level.level is 'The level.';
comment on column core.level.level_rank is 'Place among the levels, from 1: a higher one is faster.';
comment on column core.level.is_offered is 'True where its ports offer coverage: not for sockets of homes, whose setting level_rank is 0.';
comment on column core.level.is_lowest is 'True for the lowest level that offers coverage: ports of unknown level count as it.';
comment on column core.level.session_min is 'Mean minutes that a car occupies a port; null where its ports offer no coverage.';
comment on column core.level.utilisation_share is 'Mean share of the time that a port is busy; null where its ports offer no coverage.';
comment on column core.level.port_weight is 'What a port serves, in ports of the level with the longest sessions.';
