-- needs: model.rule, model.grid_node, model.site_grid_node, model.grid_step
-- grain: one row per (scenario_id, site_id)

create view model.site_room as

select distinct on (g.scenario_id, d.site_id)
    g.scenario_id,
    d.site_id,
    g.grid_node_id,
    g.coincidence_share,
    m.room_kw
from model.rule as r
join model.grid_node as g on g.scenario_id = r.scenario_id
join model.site_grid_node as d on d.scenario_id = g.scenario_id and d.grid_node_id = g.grid_node_id
left join (
    select e.scenario_id, e.grid_area_id, sum(e.added_kw) as added_kw
    from model.grid_step as e
    group by e.scenario_id, e.grid_area_id
) as q on q.scenario_id = g.scenario_id and q.grid_area_id = g.grid_node_id
cross join lateral (select (greatest(g.remaining_kw, 0) + coalesce(q.added_kw, 0)) / g.coincidence_share as room_kw) as m
where r.rule = 'grid_area_power'
order by g.scenario_id, d.site_id, m.room_kw, g.grid_node_id;

comment on view model.site_room is 'Connected power for which there is room in all that a site draws from, with every grid upgrade that is for sale; no rows where the grid limits nothing.';
comment on column model.site_room.scenario_id is 'The scenario.';
comment on column model.site_room.site_id is 'The site.';
comment on column model.site_room.grid_node_id is 'The node that has least room: model.grid_node.';
comment on column model.site_room.coincidence_share is 'Share of the added power that counts there.';
comment on column model.site_room.room_kw is 'Power that a site may add, kW connected.';
