-- needs: model.session_scenario, plan.scenario_growth, plan.scenario_session, plan.scenario_destination, core.demand_cell,
--   analysis.cell_destination
-- grain: one row per (scenario_id, cell_id); only cells where vehicles live or go

create table model.cell_charging as

with region as (
    select
        coalesce(max(ev_count) > 0, false) as is_counted,
        sum(apartment_count order by cell_id)
            / nullif(sum(dwelling_count order by cell_id) filter (where apartment_count is not null), 0) as apartment_share
    from core.demand_cell
),

vehicle as (
    select
        s.scenario_id, c.cell_id,
        case when r.is_counted then coalesce(c.ev_count, 0) else c.population * g.ev_per_person_assumed end as ev_count,
        not r.is_counted as is_ev_assumed,
        least(coalesce(c.apartment_count / nullif(c.dwelling_count, 0), r.apartment_share, k.apartment_assumed_share), 1)
            as apartment_share
    from model.session_scenario as s
    join plan.scenario_growth as g on g.scenario_id = s.scenario_id
    join plan.scenario_session as k on k.scenario_id = s.scenario_id
    cross join core.demand_cell as c
    cross join region as r
),

charged as (
    select
        v.scenario_id, v.cell_id, v.ev_count, v.is_ev_assumed, v.apartment_share, p.public_share,
        v.ev_count * k.kwh_per_ev_day * p.public_share * k.peak_hour_share as public_kw
    from vehicle as v
    join plan.scenario_session as k on k.scenario_id = v.scenario_id
    cross join lateral (
        select v.apartment_share * k.apartment_no_home_share + (1 - v.apartment_share) * k.house_no_home_share as no_home_share
    ) as h
    cross join lateral (
        select h.no_home_share * k.public_share_no_home + (1 - h.no_home_share) * k.public_share_home as public_share
    ) as p
),

-- kinds that the region has; a kind that it lacks leaves its share to the others
kind as (
    select d.scenario_id, d.kind, d.share / sum(d.share) over kinds as share
    from plan.scenario_destination as d
    where d.share > 0 and exists (select from analysis.cell_destination as c where c.kind = d.kind)
    window kinds as (partition by d.scenario_id order by d.kind rows between unbounded preceding and unbounded following)
),

destination as (
    select k.scenario_id, c.cell_id, sum(k.share * c.share order by k.kind) as share
    from kind as k
    join analysis.cell_destination as c on c.kind = k.kind
    group by k.scenario_id, c.cell_id
),

placed as (
    select
        p.scenario_id, p.cell_id, p.ev_count, p.is_ev_assumed, p.apartment_share, p.public_share,
        p.public_kw * (1 - e.share) as home_kw,
        e.share * coalesce(d.share, 0) * sum(p.public_kw) over everywhere as destination_kw
    from charged as p
    join plan.scenario_session as k on k.scenario_id = p.scenario_id
    left join destination as d on d.scenario_id = p.scenario_id and d.cell_id = p.cell_id
    cross join lateral (
        select case when exists (select from kind as n where n.scenario_id = p.scenario_id) then k.destination_share else 0 end as share
    ) as e
    window everywhere as (partition by p.scenario_id order by p.cell_id rows between unbounded preceding and unbounded following)
)

select
    scenario_id, cell_id, ev_count, is_ev_assumed, apartment_share, public_share, home_kw, destination_kw,
    home_kw + destination_kw as public_kw
from placed
where home_kw + destination_kw > 0;

comment on table model.cell_charging is 'Electric vehicles of each cell as counted, and what is charged there in public in the busiest hour of a day.';
comment on column model.cell_charging.scenario_id is 'The scenario.';
comment on column model.cell_charging.cell_id is 'The cell: core.demand_cell.';
comment on column model.cell_charging.ev_count is 'Vehicles at the date of the count.';
comment on column model.cell_charging.is_ev_assumed is 'True where the region has no count and the vehicles follow from its people.';
comment on column model.cell_charging.apartment_share is 'Dwellings in apartment buildings; the share of the region, or an assumption, where the source does not tell.';
comment on column model.cell_charging.public_share is 'Energy charged in public: nearly all of those without a charger at home, some of the others.';
comment on column model.cell_charging.home_kw is 'Energy that those who live there charge in public near their homes, kWh per hour, at the date of the count.';
comment on column model.cell_charging.destination_kw is 'Energy charged there by drivers of the whole region who work, shop, spend leisure or change trains there.';
comment on column model.cell_charging.public_kw is 'Both: energy charged in public in the busiest hour.';
