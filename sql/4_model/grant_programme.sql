-- needs: model.scenario, model.tariff, plan.scenario_grant_programme, plan.scenario_grant_band, plan.scenario_grant_minimum
-- grain: one row per (scenario_id, programme)

create view model.grant_programme as

select
    s.scenario_id,
    p.programme,
    p.rank,
    s.grant_stack_share_max as stack_share_max,
    p.cost_share_max,
    p.project_cap_cad,
    coalesce((
        select b.port_cap_cad from plan.scenario_grant_band as b
        where b.scenario_id = p.scenario_id and b.programme = p.programme and b.kw_min <= t.l2_port_kw
        order by b.kw_min desc limit 1
    ), 0) as l2_port_cap_cad,
    coalesce((
        select b.port_cap_cad from plan.scenario_grant_band as b
        where b.scenario_id = p.scenario_id and b.programme = p.programme and b.kw_min <= t.l3_port_kw
        order by b.kw_min desc limit 1
    ), 0) as l3_port_cap_cad,
    array(
        select m.l2_port_count_min from plan.scenario_grant_minimum as m
        where m.scenario_id = p.scenario_id and m.programme = p.programme
        order by m.l2_port_count_min, m.l3_port_count_min
    ) as l2_port_count_mins,
    array(
        select m.l3_port_count_min from plan.scenario_grant_minimum as m
        where m.scenario_id = p.scenario_id and m.programme = p.programme
        order by m.l2_port_count_min, m.l3_port_count_min
    ) as l3_port_count_mins
from model.scenario as s
join model.tariff as t on t.scenario_id = s.scenario_id
join plan.scenario_grant_programme as p on p.scenario_id = s.scenario_id
where p.is_on;

comment on view model.grant_programme is 'Grant programmes that a scenario counts on, with what they pay for a port of each level.';
comment on column model.grant_programme.scenario_id is 'The scenario.';
comment on column model.grant_programme.programme is 'Name of the programme.';
comment on column model.grant_programme.rank is 'Who pays first where the grants together reach their limit.';
comment on column model.grant_programme.stack_share_max is 'Most of a price that all programmes together pay.';
comment on column model.grant_programme.cost_share_max is 'Most of the price that it pays.';
comment on column model.grant_programme.project_cap_cad is 'Most for a project, all works of a phase; null for none.';
comment on column model.grant_programme.l2_port_cap_cad is 'Most for a new Level 2 port, by the band of its power; 0 below all bands.';
comment on column model.grant_programme.l3_port_cap_cad is 'Most for a new Level 3 port.';
comment on column model.grant_programme.l2_port_count_mins is 'Fewest new Level 2 ports at a site, in pairs with l3_port_count_mins; one pair is enough, no pair asks nothing.';
comment on column model.grant_programme.l3_port_count_mins is 'Fewest new Level 3 ports at a site.';
