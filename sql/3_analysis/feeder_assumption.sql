-- needs: core.region, core.grid_feeder, core.site, core.grid_supply
-- grain: one row per (topic, code, value)

create view analysis.feeder_assumption as

select 'feeders' as topic, 'feeder_none' as code, '{}'::jsonb as value
from core.region
where not exists (select from core.grid_feeder)
union all
select 'feeders', 'feeder_joined', jsonb_build_object(
    'count', count(*), 'record_count', sum(part_count), 'join_m', (select feeder_join_m from core.region)
)
from core.grid_feeder
having sum(part_count) > count(*)
union all
select 'feeders', 'feeder_capacity_unknown', jsonb_build_object(
    'count', count(*) filter (where capacity_kw is null), 'feeder_count', count(*),
    'assumed_share', (select feeder_assumed_share from core.region)
)
from core.grid_feeder
having bool_or(capacity_kw is null)
union all
select 'feeders', 'feeder_overloaded', jsonb_build_object('count', count(*), 'lowest_kw', round(min(published_kw)::numeric))
from core.grid_feeder
where published_kw < 0
having count(*) > 0
union all
select 'feeders', 'feeder_range', jsonb_build_object('count', count(*))
from core.grid_feeder
where capacity_basis = 'range_low'
having count(*) > 0
union all
select 'feeders', 'feeder_contradictory', jsonb_build_object('count', count(*))
from core.grid_feeder
where is_contradictory
having count(*) > 0
union all
select 'feeders', 'feeder_station_not_known', jsonb_build_object('count', count(*))
from core.grid_feeder
where station_key is not null and not is_station_named
having count(*) > 0
union all
select 'feeders', 'feeder_out_of_reach', jsonb_build_object(
    'count', count(*), 'site_count', (select count(*) from core.site), 'reach_m', (select feeder_reach_m from core.region)
)
from core.site
where grid_feeder_id is null and exists (select from core.grid_feeder)
having count(*) > 0
union all
select 'feeders', 'feeder_overlap', jsonb_build_object('count', count(*))
from core.site as s
where (select count(*) from core.grid_feeder as f where st_intersects(f.geom, s.geom)) > 1
having count(*) > 0
union all
select 'grid', 'supply_contradictory', jsonb_build_object('count', count(*))
from core.grid_supply
where is_contradictory
having count(*) > 0;

comment on view analysis.feeder_assumption is 'What is assumed of feeders and supplies: capacity, which records are one, what feeds them, and which sites draw from them.';
comment on column analysis.feeder_assumption.topic is 'What it is about.';
comment on column analysis.feeder_assumption.code is 'What is assumed, as analysis.assumption has it.';
comment on column analysis.feeder_assumption.value is 'Numbers and names that the words take.';
