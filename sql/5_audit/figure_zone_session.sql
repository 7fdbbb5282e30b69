-- needs: audit.asked_run, audit.audited_run, audit.cell_charging, audit.zone_cell, plan.scenario_phase, plan.scenario_growth, plan.demand_service, plan.served_flow,
--   core.demand_cell, core.site, core.ev_count_year, core.postal_area, core.cell_postal_area, analysis.ev_growth_area, analysis.people_growth,
--   analysis.road_distance, model.session_scenario
-- grain: one row per (run_id, code, value)

create view audit.figure_zone_session as

-- wherever sessions are counted, or the plan says anything of them, whichever rules the scenario has on
with audited as (
    select r.run_id, r.scenario_id
    from audit.asked_run as q
    join audit.audited_run as r on r.run_id = q.run_id
    where exists (select from model.session_scenario as s where s.scenario_id = r.scenario_id)
        or exists (select from plan.demand_service as s where s.run_id = r.run_id)
        or exists (select from plan.served_flow as s where s.run_id = r.run_id)
),

region as (
    select
        sum(population) as population, sum(ev_count) as ev_count,
        (select count_year from core.ev_count_year) as count_year
    from core.demand_cell
),

-- how many times the people of the region are there at the end of a phase
later_people as (
    select y.year, sum(c.population * q.people_factor) / sum(c.population) as factor
    from (select distinct p.year from plan.scenario_phase as p join audited as a on a.scenario_id = p.scenario_id) as y
    join analysis.people_growth as q on q.year = y.year
    join core.demand_cell as c on c.planning_area_id = q.planning_area_id
    group by y.year
),

-- the odds of a logistic curve grow by the same factor in equal times; where vehicles are counted, it ends at those of more people
start as (
    select
        a.run_id, p.phase, p.year, f.method, f.path, f.five_year_factor,
        coalesce(r.count_year, f.count_year_assumed) as count_year, e.share, e.share / (1 - e.share) as odds
    from audited as a
    join plan.scenario_growth as f on f.scenario_id = a.scenario_id
    join plan.scenario_phase as p on p.scenario_id = a.scenario_id
    cross join region as r
    left join later_people as q on q.year = p.year
    cross join lateral (
        select coalesce(nullif(r.ev_count, 0) / (r.population * coalesce(q.factor, 1)), f.ev_per_person_assumed) / f.saturation_ev_per_person
            as share
    ) as e
),

-- the part of each cell in each postal area, and how its vehicles grow
part as (
    select s.run_id, s.phase, c.cell_id, a.postal_area_key,
        coalesce(a.ev_count * a.inside_share * m.share, 0) as ev_count, coalesce(q.people_factor, 1) as people_factor,
        case when s.share >= 0.95 then 1
            else 1 / (s.share + s.share / (s.odds * (l.later / (1 - l.later) / s.odds) ^ ((s.year + 1 - s.count_year) / 5))) end as factor
    from start as s
    cross join core.demand_cell as c
    left join core.cell_postal_area as m on m.cell_id = c.cell_id
    left join core.postal_area as a on a.postal_area_key = m.postal_area_key
    left join analysis.ev_growth_area as h on h.postal_area_key = a.postal_area_key and s.method = 'history'
    left join analysis.people_growth as q on q.planning_area_id = c.planning_area_id and q.year = s.year
    cross join lateral (
        select least(s.share * coalesce(
            (1 + case s.path when 'low' then h.low_share when 'middle' then h.middle_share else h.high_share end) ^ 5, s.five_year_factor
        ), 0.95) as later
    ) as l
),

-- people move the vehicles of a postal area among its cells, and add none
moved as (
    select p.*, sum(p.ev_count * p.people_factor) over area / nullif(sum(p.ev_count) over area, 0) as area_people_factor
    from part as p
    window area as (partition by p.run_id, p.phase, p.postal_area_key)
),

cell_growth as (
    select p.run_id, p.phase, p.cell_id,
        coalesce(
            sum(p.ev_count * p.factor * p.people_factor / p.area_people_factor) / nullif(sum(p.ev_count), 0),
            max(p.people_factor * p.factor)
        ) as factor
    from moved as p
    group by p.run_id, p.phase, p.cell_id
),

cell as (
    select c.* from audit.zone_cell as c join audited as a on a.run_id = c.run_id
),

region_growth as (
    select g.run_id, g.phase, sum(r.ev_count * g.factor) / sum(r.ev_count) as factor
    from cell_growth as g
    join audit.cell_charging as r on r.run_id = g.run_id and r.cell_id = g.cell_id
    group by g.run_id, g.phase
),

due as (
    select c.run_id, g.phase, c.level, c.zone_id, sum(c.home_per_h * g.factor + c.destination_per_h * r.factor) as demand_per_h
    from cell as c
    join cell_growth as g on g.run_id = c.run_id and g.cell_id = c.cell_id
    join region_growth as r on r.run_id = g.run_id and r.phase = g.phase
    group by c.run_id, g.phase, c.level, c.zone_id
),

flow as (
    select run_id, phase, level, zone_id, sum(sessions_per_h) as sessions_per_h
    from plan.served_flow
    group by run_id, phase, level, zone_id
),

-- a zone is divided among its cells as at the count, in every phase
zone as (
    select run_id, level, zone_id, sum(counted_per_h) as counted_per_h
    from cell
    group by run_id, level, zone_id
),

near as (
    select f.run_id, f.phase, f.level, f.zone_id, f.site_id, f.sessions_per_h,
        coalesce(sum(c.counted_per_h) / z.counted_per_h * d.demand_per_h, 0) as most_per_h
    from plan.served_flow as f
    left join due as d on d.run_id = f.run_id and d.phase = f.phase and d.level = f.level and d.zone_id = f.zone_id
    left join zone as z on z.run_id = f.run_id and z.level = f.level and z.zone_id = f.zone_id
    left join cell as c on c.run_id = f.run_id and c.level = f.level and c.zone_id = f.zone_id
        and case c.distance_kind
            when 'road' then exists (
                select from analysis.road_distance as d
                where d.site_id = f.site_id and d.cell_id = c.cell_id and d.distance_m <= c.service_distance_m
            )
            else exists (select from core.site as s where s.site_id = f.site_id and st_dwithin(s.geom, c.point_geom, c.service_distance_m))
        end
    where exists (select from audited as a where a.run_id = f.run_id)
    group by f.run_id, f.phase, f.level, f.zone_id, f.site_id, f.sessions_per_h, z.counted_per_h, d.demand_per_h
)

select
    coalesce(d.run_id, s.run_id) as run_id,
    v.code,
    jsonb_build_object(
        'zone_id', coalesce(d.zone_id, s.zone_id), 'level', coalesce(d.level, s.level), 'phase', coalesce(d.phase, s.phase)
    ) as value,
    v.expected,
    v.found
from due as d
full join (select s.* from plan.demand_service as s join audited as a on a.run_id = s.run_id) as s
    on s.run_id = d.run_id and s.phase = d.phase and s.level = d.level and s.zone_id = d.zone_id
left join flow as f on f.run_id = s.run_id and f.phase = s.phase and f.level = s.level and f.zone_id = s.zone_id
cross join lateral (values
    ('zone_demand', coalesce(d.demand_per_h, 0), s.demand_per_h,
        s.demand_per_h is null or abs(s.demand_per_h - coalesce(d.demand_per_h, 0)) > 2e-6),
    ('zone_sessions', coalesce(d.demand_per_h, 0), f.sessions_per_h, f.sessions_per_h > coalesce(d.demand_per_h, 0) + 1e-5),
    ('zone_flow', coalesce(f.sessions_per_h, 0), s.served_per_h, abs(s.served_per_h - coalesce(f.sessions_per_h, 0)) > 1e-5)
) as v (code, expected, found, is_violation)
where v.is_violation

union all

select
    run_id, 'zone_site_sessions', jsonb_build_object('zone_id', zone_id, 'site_id', site_id, 'level', level, 'phase', phase),
    most_per_h, sessions_per_h
from near
where sessions_per_h > most_per_h + 1e-5;

comment on view audit.figure_zone_session is 'Zones that are served more than they ask for, or outside the service distance of the site, and demand that the plan states wrongly.';
comment on column audit.figure_zone_session.run_id is 'The run.';
comment on column audit.figure_zone_session.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_zone_session.value is 'The zone, level and phase, and the site where flows to it are meant: what the sentence takes beside expected and found.';
comment on column audit.figure_zone_session.expected is 'Sessions per hour worked out anew, or the most there may be.';
comment on column audit.figure_zone_session.found is 'What the plan has.';
