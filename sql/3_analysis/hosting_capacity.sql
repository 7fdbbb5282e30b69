-- needs: core.grid_area, core.demand_cell, core.region
-- grain: one row per (grid_area_id)

create view analysis.hosting_capacity as

with load as (
    select
        g.grid_area_id,
        g.limit_kw,
        g.peak_load_kw,
        coalesce(sum(c.population order by c.cell_id), 0) * r.grid_peak_assumed_kw_per_person as peak_assumed_kw,
        r.hosting_capacity_assumed_share as assumed_share
    from core.grid_area as g
    cross join core.region as r
    left join core.demand_cell as c using (grid_area_id)
    group by g.grid_area_id, g.limit_kw, g.peak_load_kw, r.grid_peak_assumed_kw_per_person, r.hosting_capacity_assumed_share
)

select
    grid_area_id,
    limit_kw,
    peak_load_kw,
    case
        when limit_kw is not null and peak_load_kw is not null then greatest(limit_kw - peak_load_kw, 0)
        else assumed_share * coalesce(limit_kw, peak_load_kw, peak_assumed_kw)
    end as remaining_kw,
    limit_kw is null or peak_load_kw is null as is_assumed,
    case
        when limit_kw is not null and peak_load_kw is not null then 'limit_less_peak_load'
        when limit_kw is not null then 'share_of_limit'
        when peak_load_kw is not null then 'share_of_peak_load'
        else 'share_of_assumed_load'
    end as basis
from load;

comment on view analysis.hosting_capacity is 'Power that a grid area has left for chargers.';
comment on column analysis.hosting_capacity.grid_area_id is 'Grid area.';
comment on column analysis.hosting_capacity.limit_kw is 'Limit; null when unknown.';
comment on column analysis.hosting_capacity.peak_load_kw is 'Highest load so far; null when unknown.';
comment on column analysis.hosting_capacity.remaining_kw is 'Power left.';
comment on column analysis.hosting_capacity.is_assumed is 'True when limit or load is not known.';
comment on column analysis.hosting_capacity.basis is 'How it was found: limit_less_peak_load, or an assumed share_of_limit, share_of_peak_load or share_of_assumed_load (by people).';
