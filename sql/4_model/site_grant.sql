-- needs: model.grant_program, model.grant_phase, model.site_grant_clause, model.site_grant_near, model.site_state
-- grain: one row per (scenario_id, site_id, program)

create table model.site_grant as

with kept as (
    select scenario_id, site_id, program, bool_and(is_kept) as is_kept
    from model.site_grant_clause
    group by scenario_id, site_id, program
),

open as (
    select scenario_id, program, coalesce(array_agg(phase order by phase) filter (where is_kept), '{}') as phases
    from model.grant_phase
    group by scenario_id, program
)

select
    s.scenario_id, s.site_id, g.program,
    case when coalesce(k.is_kept, true) then p.phases else '{}' end as phases,
    g.alone_port_count_min > 0 and n.site_id is null as is_alone
from model.site_state as s
join model.grant_program as g on g.scenario_id = s.scenario_id
join open as p on p.scenario_id = g.scenario_id and p.program = g.program
left join kept as k on k.scenario_id = s.scenario_id and k.site_id = s.site_id and k.program = g.program
left join model.site_grant_near as n
    on n.scenario_id = s.scenario_id and n.site_id = s.site_id and n.program = g.program and n.clause = 'alone';

comment on table model.site_grant is 'In which phases each grant program may pay for each site, as far as site and dates tell.';
comment on column model.site_grant.scenario_id is 'The scenario.';
comment on column model.site_grant.site_id is 'The site.';
comment on column model.site_grant.program is 'The program: model.grant_program.';
comment on column model.site_grant.phases is 'Phases in which it may pay; empty where a clause is broken.';
comment on column model.site_grant.is_alone is 'No other station has the level within alone_m of the program, so that it asks for alone_port_count_min new ports of it.';
