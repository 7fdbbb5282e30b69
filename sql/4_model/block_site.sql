-- needs: model.site_state, model.efficient_option
-- grain: one row per (scenario_id, site_id)

create view model.block_site as

-- What a block has to decide: a model of some 1,500 choices is solved in seconds, and few of its sites reach beyond it.
with size as (
    select 1500 as choice_count
),

offered as (
    select
        s.scenario_id, s.site_id, s.planning_area_id, s.geom,
        coalesce(sum(cardinality(o.phases)) filter (where o.action <> 'keep'), 0) as choice_count
    from model.site_state as s
    left join model.efficient_option as o on o.scenario_id = s.scenario_id and o.site_id = s.site_id
    group by s.scenario_id, s.site_id
),

-- places are ordered along a Hilbert curve, so that what follows each other lies together
placed as (
    select
        *,
        sum(choice_count) over area as area_count,
        sum(choice_count) over (area order by geom, site_id) - choice_count as before_count
    from offered
    window area as (partition by scenario_id, planning_area_id)
),

-- a planning area that is too large is cut
piece as (
    select p.*, least(floor(p.before_count * n.piece_count / greatest(p.area_count, 1)), n.piece_count - 1)::integer as piece
    from placed as p
    cross join size as s
    cross join lateral (select greatest(ceil(p.area_count / s.choice_count), 1) as piece_count) as n
),

gathered as (
    select
        scenario_id, planning_area_id, piece, min(site_id) as piece_id,
        sum(choice_count) as choice_count, st_centroid(st_collect(geom)) as geom
    from piece
    group by scenario_id, planning_area_id, piece
),

-- small ones that follow each other are one block
run as (
    select
        g.*,
        floor(
            (sum(g.choice_count) over (partition by g.scenario_id order by g.geom, g.piece_id) - g.choice_count / 2) * n.block_count
            / greatest(sum(g.choice_count) over (partition by g.scenario_id), 1)
        ) as block
    from gathered as g
    join (select scenario_id, sum(choice_count) as choice_count from gathered group by scenario_id) as t on t.scenario_id = g.scenario_id
    cross join size as s
    cross join lateral (select greatest(round(t.choice_count / s.choice_count), 1) as block_count) as n
)

select
    p.scenario_id,
    p.site_id,
    dense_rank() over (partition by p.scenario_id order by r.block)::integer as block_id,
    p.choice_count::integer as choice_count
from piece as p
join run as r
    on r.scenario_id = p.scenario_id and r.planning_area_id is not distinct from p.planning_area_id and r.piece = p.piece;

comment on view model.block_site is
    'The block of each site: planning areas, those with much to decide cut and small ones that lie together joined, for plans of regions that are too large for one model.';
comment on column model.block_site.scenario_id is 'The scenario.';
comment on column model.block_site.site_id is 'The site.';
comment on column model.block_site.block_id is 'The block, from 1.';
comment on column model.block_site.choice_count is 'Options of the site, in each phase that allows them.';
