-- needs: model.site_option, model.lock, model.session_scenario
-- grain: one row per (scenario_id, option_id): those of model.site_option worth deciding about

create view model.efficient_option as

-- An option goes when another one of its site offers the same levels in all its phases, costs no more in money, upkeep
-- and power, and has no fewer ports where sessions are counted (more ports never serve fewer): whatever the plan,
-- swapping them keeps every rule and loses nothing. The cheapest of those that offer the same is the only rival
-- tried; one that it does not beat stays. Locked sites keep all.
with ranked as (
    select
        o.scenario_id, option_id, site_id, action, levels, phases, l2_port_count_after, l3_port_count_after,
        capex_cad, grant_cad, grants_cad, resale_cad, opex_change_cad_per_year, peak_kw, added_kw,
        s.scenario_id is not null as is_session_counted,
        row_number() over cheapest as place,
        first_value(phases) over cheapest as rival_phases,
        first_value(opex_change_cad_per_year) over cheapest as rival_opex_change_cad_per_year,
        first_value(added_kw) over cheapest as rival_added_kw,
        first_value(capex_cad - resale_cad) over cheapest as rival_paid_cad,
        first_value(grants_cad) over cheapest as rival_grants_cad,
        first_value(l2_port_count_after) over cheapest as rival_l2_port_count,
        first_value(l3_port_count_after) over cheapest as rival_l3_port_count
    from model.site_option as o
    left join model.session_scenario as s on s.scenario_id = o.scenario_id
    window cheapest as (
        partition by o.scenario_id, site_id, levels
        order by capex_cad - grant_cad - resale_cad, opex_change_cad_per_year, added_kw, option_id
    )
)

select
    o.scenario_id, o.option_id, o.site_id, o.action, o.levels, o.phases, o.l2_port_count_after, o.l3_port_count_after,
    o.capex_cad, o.grant_cad, o.grants_cad, o.resale_cad, o.opex_change_cad_per_year, o.peak_kw, o.added_kw
from ranked as o
where o.place = 1
    or o.action = 'keep'
    or not o.rival_phases @> o.phases
    or o.rival_opex_change_cad_per_year > o.opex_change_cad_per_year
    or o.rival_added_kw > o.added_kw
    -- where an application reaches the cap of a program, a smaller grant may be as good as a larger one
    or o.rival_paid_cad + (
        select coalesce(sum(greatest(g.own_cad - g.rival_cad, 0)), 0)
        from unnest(o.grants_cad, o.rival_grants_cad) as g (own_cad, rival_cad)
    ) > o.capex_cad - o.resale_cad + 1e-6
    or (o.is_session_counted
        and (o.rival_l2_port_count < o.l2_port_count_after or o.rival_l3_port_count < o.l3_port_count_after))
    or o.site_id in (select l.site_id from model.lock as l where l.scenario_id = o.scenario_id);

comment on view model.efficient_option is 'Options without those that another option of the same site makes needless; exact for every rule there is.';
comment on column model.efficient_option.scenario_id is 'The scenario.';
comment on column model.efficient_option.option_id is 'The option: model.site_option.';
comment on column model.efficient_option.site_id is 'The site.';
comment on column model.efficient_option.action is 'keep, expand, upgrade, build or remove.';
comment on column model.efficient_option.levels is 'Charger levels a driver finds there afterwards.';
comment on column model.efficient_option.phases is 'Phases that allow it.';
comment on column model.efficient_option.l2_port_count_after is 'Level 2 ports afterwards.';
comment on column model.efficient_option.l3_port_count_after is 'Level 3 ports afterwards.';
comment on column model.efficient_option.capex_cad is 'Capital cost, gross.';
comment on column model.efficient_option.grant_cad is 'Grants of all programs, before the caps on whole applications.';
comment on column model.efficient_option.grants_cad is 'What each program of model.grant_program pays, in order of rank.';
comment on column model.efficient_option.resale_cad is 'What removed equipment brings.';
comment on column model.efficient_option.opex_change_cad_per_year is 'Change of the running cost.';
comment on column model.efficient_option.peak_kw is 'Power of all ports afterwards.';
comment on column model.efficient_option.added_kw is 'Change of the connected power.';
