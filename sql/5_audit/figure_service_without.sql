-- needs: audit.asked_run, audit.audited_run, audit.zone_cell, audit.charger_port, audit.site_before, audit.level, plan.scenario_phase, plan.scenario_charger,
--   plan.scenario_level, plan.demand_service, plan.service_without, plan.full_station, core.site, analysis.road_distance,
--   model.port_capacity_per_h, model.session_scenario
-- grain: one row per (run_id, code, value)

create view audit.figure_service_without as

-- No flow is greater than the capacities of some stations and, of each zone, its demand or what may go to its other stations,
-- whichever is less, together: so what is said here is what there could be without the plan at least. The stations are plan.full_station.
with audited as (
    select r.run_id, r.scenario_id
    from audit.asked_run as q
    join audit.audited_run as r on r.run_id = q.run_id
    where exists (select from model.session_scenario as s where s.scenario_id = r.scenario_id)
        or exists (select from plan.service_without as s where s.run_id = r.run_id)
        or exists (select from plan.full_station as s where s.run_id = r.run_id)
),

station as (
    select a.run_id, a.scenario_id, p.level, p.site_id, sum(
        model.port_capacity_per_h(p.port_count, c.session_min, l.wait_max_min, l.wait_probability_max)
            * c.kwh_per_session / l.kwh_per_session
    ) as capacity_per_h
    from audited as a
    join audit.charger_port as p on p.run_id = a.run_id and p.phase = 0
    join audit.site_before as b on b.run_id = p.run_id and b.site_id = p.site_id and b.is_counted
    join audit.level as l on l.scenario_id = a.scenario_id and l.level = p.level
    join plan.scenario_charger as c on c.scenario_id = a.scenario_id and c.charger_type = p.charger_type
    group by a.run_id, a.scenario_id, p.level, p.site_id
),

cell as (
    select c.*, c.counted_per_h / sum(c.counted_per_h) over (partition by c.run_id, c.level, c.zone_id) as share
    from audit.zone_cell as c
    join audited as a on a.run_id = c.run_id
),

reached as (
    select c.run_id, c.level, c.zone_id, s.site_id, c.share, d.distance_m, c.service_distance_m
    from station as s
    join analysis.road_distance as d on d.site_id = s.site_id
    join cell as c on c.run_id = s.run_id and c.level = s.level and c.cell_id = d.cell_id
        and c.distance_kind = 'road' and d.distance_m <= c.service_distance_m
    union all
    select c.run_id, c.level, c.zone_id, s.site_id, c.share, st_distance(k.geom, c.point_geom), c.service_distance_m
    from station as s
    join core.site as k on k.site_id = s.site_id
    join cell as c on c.run_id = s.run_id and c.level = s.level
        and c.distance_kind <> 'road' and st_dwithin(k.geom, c.point_geom, c.service_distance_m)
),

-- drivers choose among the nearest; cells beyond the service distance count as just at it
pair as (
    select
        r.run_id, r.level, r.zone_id, r.site_id, least(sum(r.share), 1) as covered_share,
        row_number() over (
            partition by r.run_id, r.level, r.zone_id
            order by sum(r.share * r.distance_m) + (1 - sum(r.share)) * r.service_distance_m, r.site_id
        ) as place
    from reached as r
    group by r.run_id, r.level, r.zone_id, r.site_id, r.service_distance_m
),

zone as (
    select
        d.run_id, d.phase, d.level, d.zone_id, count(*) as pair_count,
        least(d.demand_per_h, coalesce(sum(p.covered_share * d.demand_per_h) filter (where f.site_id is null), 0)) as most_per_h
    from audited as a
    join plan.scenario_phase as t on t.scenario_id = a.scenario_id
    join plan.scenario_level as l on l.scenario_id = a.scenario_id
    join pair as p on p.run_id = a.run_id and p.level = l.level and p.place <= l.nearest_site_count
    join plan.demand_service as d on d.run_id = p.run_id and d.phase = t.phase and d.level = p.level and d.zone_id = p.zone_id
    left join plan.full_station as f on f.run_id = p.run_id and f.phase = d.phase and f.level = p.level and f.site_id = p.site_id
    group by d.run_id, d.phase, d.level, d.zone_id, d.demand_per_h
),

due as (
    select
        a.run_id, t.phase, l.level,
        coalesce((
            select sum(s.capacity_per_h)
            from plan.full_station as f
            join station as s on s.run_id = f.run_id and s.level = f.level and s.site_id = f.site_id
            where f.run_id = a.run_id and f.phase = t.phase and f.level = l.level
        ), 0) + coalesce(sum(z.most_per_h), 0) as served_per_h,
        -- sessions are counted in millionths, down for each way
        1e-5 + 1e-6 * coalesce(sum(z.pair_count), 0) as rounding_per_h
    from audited as a
    join plan.scenario_phase as t on t.scenario_id = a.scenario_id
    join plan.scenario_level as l on l.scenario_id = a.scenario_id
    left join zone as z on z.run_id = a.run_id and z.phase = t.phase and z.level = l.level
    group by a.run_id, t.phase, l.level
)

select
    run_id, 'service_without' as code, jsonb_build_object('level', level, 'phase', phase) as value,
    coalesce(d.served_per_h, 0) as expected, s.served_per_h as found
from due as d
full join (select s.* from plan.service_without as s join audited as a on a.run_id = s.run_id) as s using (run_id, phase, level)
where s.served_per_h is null or d.served_per_h is null or abs(s.served_per_h - d.served_per_h) > d.rounding_per_h

union all

select f.run_id, 'full_station', jsonb_build_object('site_id', f.site_id, 'level', f.level, 'phase', f.phase), null, null
from plan.full_station as f
join audited as a on a.run_id = f.run_id
where not exists (select from station as s where s.run_id = f.run_id and s.level = f.level and s.site_id = f.site_id)
    or not exists (select from plan.scenario_phase as t where t.scenario_id = a.scenario_id and t.phase = f.phase);

comment on view audit.figure_service_without is 'What the plan says would be served without it, where that is not the most that could be.';
comment on column audit.figure_service_without.run_id is 'The run.';
comment on column audit.figure_service_without.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_service_without.value is 'The level and phase, and the site: what the sentence takes beside expected and found.';
comment on column audit.figure_service_without.expected is 'Sessions per hour worked out anew.';
comment on column audit.figure_service_without.found is 'What the plan has.';
