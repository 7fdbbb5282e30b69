-- needs: audit.decision_price, audit.grant_site, audit.grant_distance, plan.scenario_phase, plan.scenario_economy, plan.scenario_charger,
--   plan.scenario_grant_program, plan.scenario_grant_minimum, plan.scenario_grant_planning_area, plan.scenario_grant_area
-- grain: rows: one per (decision_id, program, clause) of a run; only clauses that the program has

-- A function, as most figures of money come to it several times: to plan it takes the database longer than to answer it.
create function audit.grant_clause(run bigint)
returns table (
    decision_id bigint, phase integer, site_id integer, program text, clause text, is_kept boolean, is_unknown boolean,
    found_number double precision, found_text text, limit_number double precision, limit_text text
)
language plpgsql stable
as $$
#variable_conflict use_column
begin
    return query
    with project as not materialized (
        select
            d.decision_id, d.run_id, d.scenario_id, d.phase, d.site_id,
            make_date(f.year, 7, 1) as built_on, e.horizon_year,
            (
                select jsonb_object_agg(n.level, n.port_count)
                from (
                    select t.level, sum(g.port_count) as port_count
                    from unnest(d.new_types, d.new_port_counts) as g (charger_type, port_count)
                    join plan.scenario_charger as t on t.scenario_id = d.scenario_id and t.charger_type = g.charger_type
                    group by t.level
                ) as n
            ) as port_counts
        from audit.decision_price as d
        join plan.scenario_phase as f on f.scenario_id = d.scenario_id and f.phase = d.phase
        join plan.scenario_economy as e on e.scenario_id = d.scenario_id
        where d.run_id = grant_clause.run and d.new_types is not null
    ),

    -- new ports as level=count, those of an alternative likewise
    minimum as not materialized (
        select
            j.run_id, j.decision_id, p.program,
            bool_or(a.is_met) as is_kept,
            (select string_agg(q.level || '=' || q.port_count, '+' order by q.level) from jsonb_each_text(j.port_counts) as q (level, port_count))
                as found_text,
            string_agg(a.ports, ', ' order by a.alternative) as limit_text
        from project as j
        join plan.scenario_grant_program as p on p.scenario_id = j.scenario_id and p.is_on
        cross join lateral (
            select
                m.alternative,
                string_agg(m.level || '=' || m.port_count_min, '+' order by m.level) as ports,
                bool_and(coalesce((j.port_counts ->> m.level)::integer, 0) >= m.port_count_min) as is_met
            from plan.scenario_grant_minimum as m
            where m.scenario_id = p.scenario_id and m.program = p.program
            group by m.alternative
        ) as a
        group by j.run_id, j.decision_id, p.program, j.port_counts
    )

    select
        j.decision_id, j.phase, j.site_id, p.program, c.clause,
        coalesce(c.is_kept, p.unknown_is_eligible) as is_kept,
        c.is_kept is null as is_unknown,
        c.found_number, c.found_text, c.limit_number, c.limit_text
    from project as j
    join plan.scenario_grant_program as p on p.scenario_id = j.scenario_id and p.is_on
    left join audit.grant_site as s on s.run_id = j.run_id and s.site_id = j.site_id
    left join minimum as m on m.run_id = j.run_id and m.decision_id = j.decision_id and m.program = p.program
    left join audit.grant_distance as x on x.run_id = j.run_id and x.site_id = j.site_id and x.program = p.program and x.clause = 'alone'
    left join audit.grant_distance as y on y.run_id = j.run_id and y.site_id = j.site_id and y.program = p.program and y.clause = 'apart'
    cross join lateral (
        select
            'period' as clause,
            daterange(p.open_from, (p.open_to + make_interval(months => p.build_within_month))::date, '[]') @> j.built_on as is_kept,
            null::double precision as found_number, j.built_on::text as found_text, null::double precision as limit_number,
            concat_ws('/', coalesce(p.open_from::text, '..'), coalesce((p.open_to + make_interval(months => p.build_within_month))::date::text, '..'))
                as limit_text
        where p.open_from is not null or p.open_to is not null and p.build_within_month is not null
        union all
        select 'planning_area', case when s.planning_area_id is not null then r.is_kept end, null, s.planning_area, null, null
        from (
            select
                not coalesce(bool_or(q.planning_area_id = s.planning_area_id) filter (where not q.is_in), false)
                and coalesce(bool_or(q.planning_area_id = s.planning_area_id) filter (where q.is_in), true) as is_kept
            from plan.scenario_grant_planning_area as q
            where q.scenario_id = p.scenario_id and q.program = p.program
            having count(*) > 0
        ) as r
        union all
        select
            'grant_area',
            not coalesce(bool_or(r.area_kind = any (s.area_kinds)) filter (where not r.is_in), false)
            and coalesce(bool_or(r.area_kind = any (s.area_kinds)) filter (where r.is_in), true),
            null, array_to_string(s.area_kinds, ', '), null, coalesce(string_agg(r.area_kind, ', ' order by r.area_kind) filter (where r.is_in), '')
        from plan.scenario_grant_area as r
        where r.scenario_id = p.scenario_id and r.program = p.program
        having count(*) > 0
        union all
        select 'population', s.population <= p.area_population_max, s.population, s.planning_area, p.area_population_max, null
        where p.area_population_max is not null
        union all
        select
            'owner', case when s.owner_types <> '{}' then s.owner_types && p.owner_types end,
            null, array_to_string(s.owner_types, ', '), null, array_to_string(p.owner_types, ', ')
        where p.owner_types <> '{}'
        union all
        select 'access', s.access = any (p.access), null, s.access, null, array_to_string(p.access, ', ')
        where p.access <> '{}'
        union all
        select 'open_all_day', s.is_open_all_day, null, null, null, null
        where p.needs_open_all_day
        union all
        select 'service', j.horizon_year >= p.service_year_min, j.horizon_year, null, p.service_year_min, null
        where p.service_year_min > 0
        union all
        select 'apart', y.distance_m is null, y.distance_m, p.apart_level, p.apart_m, null
        where p.apart_m > 0
        union all
        select
            'alone', x.distance_m is not null or coalesce((j.port_counts ->> p.alone_level)::integer, 0) >= p.alone_port_count_min,
            coalesce((j.port_counts ->> p.alone_level)::integer, 0), p.alone_level, p.alone_port_count_min, null
        where p.alone_port_count_min > 0
        union all
        select 'ports', m.is_kept, null, m.found_text, null, m.limit_text
        where m.program is not null
    ) as c;
end
$$;

comment on function audit.grant_clause is 'Clauses of the grant programs of a scenario for each project of a plan, worked out from data, ports and scenario: period, planning_area, grant_area, population, owner, access, open_all_day, service, apart, alone or ports. A clause of which the data does not know is kept as unknown_is_eligible of the program says.';
