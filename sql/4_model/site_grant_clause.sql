-- needs: model.grant_program, model.site_state, model.site_grant_near, plan.scenario_station, plan.scenario_economy,
--   plan.scenario_grant_planning_area, plan.scenario_grant_area, core.site, core.charging_station, core.site_fact, core.planning_area,
--   core.demand_cell, core.site_grant_area
-- grain: one row per (scenario_id, site_id, program, clause); only clauses that the program has

create table model.site_grant_clause as

with people as (
    select planning_area_id, sum(population order by cell_id) as population from core.demand_cell group by planning_area_id
),

kind as (
    select site_id, array_agg(area_kind order by area_kind) as kinds from core.site_grant_area group by site_id
),

named_area as (
    select
        scenario_id, program,
        array_agg(planning_area_id order by planning_area_id) filter (where is_in) as in_ids,
        array_agg(planning_area_id order by planning_area_id) filter (where not is_in) as out_ids
    from plan.scenario_grant_planning_area
    group by scenario_id, program
),

named_kind as (
    select
        scenario_id, program,
        array_agg(area_kind order by area_kind) filter (where is_in) as in_kinds,
        array_agg(area_kind order by area_kind) filter (where not is_in) as out_kinds
    from plan.scenario_grant_area
    group by scenario_id, program
),

-- who owns a station, and who may use it and when: of a new one the planner, the public, and as its place is
site as (
    select
        s.scenario_id, s.site_id, c.planning_area_id, a.name as planning_area, nullif(p.population, 0) as population,
        coalesce(k.kinds, '{}') as kinds, e.horizon_year,
        array_remove(case when c.is_existing then array[c.owner_type] else array_remove(t.owned_owner_types, 'unknown') end, null) as owner_types,
        case when c.is_existing then c.access else 'public' end as access,
        case when c.is_existing then o.is_open_all_day else lower(btrim(f.value_text)) = '24/7' end as is_open_all_day
    from model.site_state as s
    join plan.scenario_station as t on t.scenario_id = s.scenario_id
    join plan.scenario_economy as e on e.scenario_id = s.scenario_id
    join core.site as c on c.site_id = s.site_id
    left join core.charging_station as o on o.station_key = c.site_key
    left join core.site_fact as f on f.site_id = s.site_id and f.fact = 'opening_hours'
    left join core.planning_area as a on a.planning_area_id = c.planning_area_id
    left join people as p on p.planning_area_id = c.planning_area_id
    left join kind as k on k.site_id = s.site_id
)

select
    s.scenario_id, s.site_id, g.program, v.clause,
    coalesce(v.is_kept, g.unknown_is_eligible) as is_kept,
    v.is_kept is null as is_unknown,
    v.found_number, v.found_text, v.limit_number, v.limit_text
from site as s
join model.grant_program as g on g.scenario_id = s.scenario_id
left join named_area as i on i.scenario_id = g.scenario_id and i.program = g.program
left join named_kind as q on q.scenario_id = g.scenario_id and q.program = g.program
left join model.site_grant_near as n
    on n.scenario_id = g.scenario_id and n.site_id = s.site_id and n.program = g.program and n.clause = 'apart'
cross join lateral (values
    ('planning_area', i.program is not null,
        coalesce(s.planning_area_id = any (i.in_ids), i.in_ids is null) and coalesce(s.planning_area_id <> all (i.out_ids), true),
        null::double precision, s.planning_area, null::double precision, null),
    ('grant_area', q.program is not null,
        coalesce(s.kinds && q.in_kinds, true) and not coalesce(s.kinds && q.out_kinds, false),
        null, array_to_string(s.kinds, ', '), null, array_to_string(q.in_kinds, ', ')),
    ('population', g.area_population_max is not null,
        s.population <= g.area_population_max, s.population, s.planning_area, g.area_population_max, null),
    ('owner', cardinality(g.owner_types) > 0,
        case when cardinality(s.owner_types) > 0 then s.owner_types && g.owner_types end,
        null, array_to_string(s.owner_types, ', '), null, array_to_string(g.owner_types, ', ')),
    ('access', cardinality(g.access) > 0,
        s.access = any (g.access), null, s.access, null, array_to_string(g.access, ', ')),
    ('open_all_day', g.needs_open_all_day, s.is_open_all_day, null, null, null, null),
    ('service', g.service_year_min > 0, s.horizon_year >= g.service_year_min, s.horizon_year, null, g.service_year_min, null),
    ('apart', g.apart_m > 0, n.site_id is null, n.distance_m, g.apart_level, g.apart_m, null)
) as v (clause, is_asked, is_kept, found_number, found_text, limit_number, limit_text)
where v.is_asked;

comment on table model.site_grant_clause is
    'Clauses of grant programs that speak of a site, whatever is built there, and whether the site keeps them; dates are in model.grant_phase.';
comment on column model.site_grant_clause.scenario_id is 'The scenario.';
comment on column model.site_grant_clause.site_id is 'The site.';
comment on column model.site_grant_clause.program is 'The program: model.grant_program.';
comment on column model.site_grant_clause.clause is
    'planning_area, grant_area, population, owner, access, open_all_day, service or apart.';
comment on column model.site_grant_clause.is_kept is 'The clause is kept; where the data does not know, as unknown_is_eligible of the program says.';
comment on column model.site_grant_clause.is_unknown is 'The data does not know.';
comment on column model.site_grant_clause.found_number is 'What the site has: people, years of service, metres to the nearest other station; null for a clause of words.';
comment on column model.site_grant_clause.found_text is 'What the site has: planning area, kinds of grant areas, owner, access; the level of which a distance speaks.';
comment on column model.site_grant_clause.limit_number is 'What the program asks for, as a number.';
comment on column model.site_grant_clause.limit_text is 'What the program asks for, in words: kinds of grant areas, owners, access.';
