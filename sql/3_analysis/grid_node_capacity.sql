-- needs: core.grid_node, core.grid_feeder, core.grid_supply, core.region, analysis.hosting_capacity
-- grain: one row per (grid_node_id)

create view analysis.grid_node_capacity as

select n.grid_node_id, n.kind, n.parent_id, h.limit_kw, h.peak_load_kw, h.remaining_kw, h.is_assumed, h.basis
from core.grid_node as n
join analysis.hosting_capacity as h using (grid_area_id)
union all
select
    n.grid_node_id, n.kind, n.parent_id, null, null,
    coalesce(f.capacity_kw, r.feeder_assumed_share * h.remaining_kw),
    f.capacity_kw is null or f.capacity_basis <> 'published',
    case f.capacity_basis
        when 'published' then 'published_capacity'
        when 'range_low' then 'low_end_of_range'
        else 'share_of_station'
    end
from core.grid_node as n
join core.grid_feeder as f using (grid_feeder_id)
join analysis.hosting_capacity as h on h.grid_area_id = f.grid_area_id
cross join core.region as r
union all
select
    n.grid_node_id, n.kind, n.parent_id, s.limit_kw, s.peak_load_kw,
    case
        when s.limit_kw is not null and s.peak_load_kw is not null then greatest(s.limit_kw - s.peak_load_kw, 0)
        else r.hosting_capacity_assumed_share * coalesce(s.limit_kw, s.peak_load_kw)
    end,
    s.limit_kw is null or s.peak_load_kw is null,
    case
        when s.limit_kw is not null and s.peak_load_kw is not null then 'limit_less_peak_load'
        when s.limit_kw is not null then 'share_of_limit'
        else 'share_of_peak_load'
    end
from core.grid_node as n
join core.grid_supply as s using (supply_key)
cross join core.region as r;

comment on view analysis.grid_node_capacity is 'Power that each feeder, station and supply has left for chargers.';
comment on column analysis.grid_node_capacity.grid_node_id is 'Node of the grid.';
comment on column analysis.grid_node_capacity.kind is 'feeder, station or supply.';
comment on column analysis.grid_node_capacity.parent_id is 'Node that feeds it; null at the top.';
comment on column analysis.grid_node_capacity.limit_kw is 'Limit of a station or supply; null when unknown.';
comment on column analysis.grid_node_capacity.peak_load_kw is 'Highest load of a station or supply so far; null when unknown.';
comment on column analysis.grid_node_capacity.remaining_kw is 'Power left.';
comment on column analysis.grid_node_capacity.is_assumed is 'True when it is not known, but assumed or read from a range.';
comment on column analysis.grid_node_capacity.basis is 'How it was found: as analysis.hosting_capacity for stations and supplies; published_capacity, low_end_of_range or share_of_station for feeders.';
