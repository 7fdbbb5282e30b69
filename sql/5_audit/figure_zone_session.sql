-- needs: audit.audited_run, audit.level, plan.scenario_phase, plan.scenario_growth, plan.scenario_session,
--   plan.demand_service, plan.served_flow, core.demand_cell, core.site, core.hexagon_index, core.ev_count_year,
--   analysis.road_distance, model.session_scenario
-- grain: one row per (run_id, code, value)

create view audit.figure_zone_session as

-- wherever sessions are counted, or the plan says anything of them, whichever rules the scenario has on
with audited as (
    select r.run_id, r.scenario_id, r.distance_kind
    from audit.audited_run as r
    where exists (select from model.session_scenario as s where s.scenario_id = r.scenario_id)
        or exists (select from plan.demand_service as s where s.run_id = r.run_id)
        or exists (select from plan.served_flow as s where s.run_id = r.run_id)
),

region as (
    select
        sum(population) as population, sum(ev_count) as ev_count,
        sum(apartment_count) / nullif(sum(dwelling_count) filter (where apartment_count is not null), 0) as apartment_share,
        (select count_year from core.ev_count_year) as count_year
    from core.demand_cell
),

-- the odds of a logistic curve grow by the same factor in equal times
growth as (
    select a.run_id, p.phase, case when k.share >= 0.95 then 1
        else 1 / (k.share + k.share / (k.odds * (k.later_odds / k.odds) ^ ((p.year + 1 - k.count_year) / 5))) end as factor
    from audited as a
    join plan.scenario_growth as f on f.scenario_id = a.scenario_id
    join plan.scenario_phase as p on p.scenario_id = a.scenario_id
    cross join lateral (
        select c.count_year, c.share, c.share / (1 - c.share) as odds, c.later / (1 - c.later) as later_odds
        from (
            select
                coalesce(r.count_year, f.count_year_assumed) as count_year, e.share,
                least(f.five_year_factor * e.share, 0.95) as later
            from region as r
            cross join lateral (
                select coalesce(nullif(r.ev_count, 0) / r.population, f.ev_per_person_assumed) / f.saturation_ev_per_person as share
            ) as e
        ) as c
    ) as k
),

cell as (
    select
        a.run_id, a.distance_kind, l.level, l.service_distance_m, c.cell_id, c.point_geom,
        min(c.cell_id) over (partition by a.run_id, l.level, h.i, h.j) as zone_id,
        v.ev_count * s.kwh_per_ev_day * s.peak_hour_share / l.kwh_per_session
            * l.energy_share
            * (s.public_share_home + (s.public_share_no_home - s.public_share_home)
                * (s.house_no_home_share + (s.apartment_no_home_share - s.house_no_home_share) * v.apartment_share)) as counted_per_h
    from audited as a
    join audit.level as l on l.scenario_id = a.scenario_id
    join plan.scenario_session as s on s.scenario_id = a.scenario_id
    join plan.scenario_growth as f on f.scenario_id = a.scenario_id
    cross join region as r
    cross join core.demand_cell as c
    cross join lateral core.hexagon_index(c.point_geom, l.zone_edge_m) as h
    cross join lateral (
        select
            case when r.ev_count > 0 then coalesce(c.ev_count, 0) else c.population * f.ev_per_person_assumed end as ev_count,
            least(1, coalesce(c.apartment_count / nullif(c.dwelling_count, 0), r.apartment_share, s.apartment_assumed_share))
                as apartment_share
    ) as v
    where v.ev_count > 0
),

due as (
    select c.run_id, g.phase, c.level, c.zone_id, sum(c.counted_per_h) * g.factor as demand_per_h
    from cell as c
    join growth as g on g.run_id = c.run_id
    group by c.run_id, g.phase, c.level, c.zone_id, g.factor
),

flow as (
    select run_id, phase, level, zone_id, sum(sessions_per_h) as sessions_per_h
    from plan.served_flow
    group by run_id, phase, level, zone_id
),

near as (
    select f.run_id, f.phase, f.level, f.zone_id, f.site_id, f.sessions_per_h, coalesce(sum(c.counted_per_h) * g.factor, 0) as most_per_h
    from plan.served_flow as f
    join growth as g on g.run_id = f.run_id and g.phase = f.phase
    left join cell as c on c.run_id = f.run_id and c.level = f.level and c.zone_id = f.zone_id
        and case c.distance_kind
            when 'road' then exists (
                select from analysis.road_distance as d
                where d.site_id = f.site_id and d.cell_id = c.cell_id and d.distance_m <= c.service_distance_m
            )
            else exists (select from core.site as s where s.site_id = f.site_id and st_dwithin(s.geom, c.point_geom, c.service_distance_m))
        end
    group by f.run_id, f.phase, f.level, f.zone_id, f.site_id, f.sessions_per_h, g.factor
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
