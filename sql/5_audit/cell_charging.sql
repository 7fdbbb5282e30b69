-- needs: audit.asked_run, audit.audited_run, plan.scenario_growth, plan.scenario_session, plan.scenario_destination, core.demand_cell, analysis.cell_destination
-- grain: one row per (run_id, cell_id)

create view audit.cell_charging as

with region as (
    select
        sum(population) as population, sum(ev_count) as ev_count,
        sum(apartment_count) / nullif(sum(dwelling_count) filter (where apartment_count is not null), 0) as apartment_share
    from core.demand_cell
),

-- what is charged in public by those who live in a cell
resident as (
    select
        a.run_id, a.scenario_id, a.distance_kind, c.cell_id, c.point_geom, v.ev_count, s.destination_share,
        v.ev_count * s.kwh_per_ev_day * s.peak_hour_share
            * (s.public_share_home + (s.public_share_no_home - s.public_share_home)
                * (s.house_no_home_share + (s.apartment_no_home_share - s.house_no_home_share) * v.apartment_share)) as kw
    from audit.asked_run as q
    join audit.audited_run as a on a.run_id = q.run_id
    join plan.scenario_session as s on s.scenario_id = a.scenario_id
    join plan.scenario_growth as f on f.scenario_id = a.scenario_id
    cross join region as r
    cross join core.demand_cell as c
    cross join lateral (
        select
            case when r.ev_count > 0 then coalesce(c.ev_count, 0) else c.population * f.ev_per_person_assumed end as ev_count,
            least(1, coalesce(c.apartment_count / nullif(c.dwelling_count, 0), r.apartment_share, s.apartment_assumed_share))
                as apartment_share
    ) as v
),

known_kind as (
    select d.scenario_id, d.kind, d.share / sum(d.share) over (partition by d.scenario_id) as share
    from plan.scenario_destination as d
    where d.share > 0 and d.kind in (select c.kind from analysis.cell_destination as c)
)

select
    e.run_id, e.scenario_id, e.distance_kind, e.cell_id, e.point_geom, e.ev_count,
    e.kw * (1 - e.there) as home_kw,
    e.there * coalesce(d.share, 0) * sum(e.kw) over (partition by e.run_id) as destination_kw
from (
    select r.*,
        case when exists (select from known_kind as k where k.scenario_id = r.scenario_id) then r.destination_share else 0 end as there
    from resident as r
) as e
left join (
    select k.scenario_id, c.cell_id, sum(k.share * c.share) as share
    from known_kind as k
    join analysis.cell_destination as c on c.kind = k.kind
    group by k.scenario_id, c.cell_id
) as d on d.scenario_id = e.scenario_id and d.cell_id = e.cell_id;

comment on view audit.cell_charging is 'What is charged in public in the busiest hour in each cell, as at the count of vehicles, for the run that is audited at this moment.';
comment on column audit.cell_charging.run_id is 'The run.';
comment on column audit.cell_charging.scenario_id is 'Its resolved scenario.';
comment on column audit.cell_charging.distance_kind is 'How the scenario measures distances: road or straight_line.';
comment on column audit.cell_charging.cell_id is 'The cell: core.demand_cell.';
comment on column audit.cell_charging.point_geom is 'Its point.';
comment on column audit.cell_charging.ev_count is 'Vehicles of those who live there.';
comment on column audit.cell_charging.home_kw is 'Mean power that those who live there take in public near home.';
comment on column audit.cell_charging.destination_kw is 'Mean power that those who come there take.';
