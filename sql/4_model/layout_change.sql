-- needs: model.layout_step, model.layout, model.layout_price, model.layout_grant, model.layout_level, model.site_limit,
--   model.session_scenario, model.grant_program, plan.scenario_phase
-- grain: one row per (scenario_id, layout_before, action, layout_after)

create table model.layout_change as

with priced as (
    select
        s.scenario_id, s.layout_before, s.action, s.layout_after, a.levels,
        array(
            select p.phase from plan.scenario_phase as p
            where p.scenario_id = s.scenario_id
                and (s.action = 'keep' or s.action = any (p.actions) and c.new_types <@ p.chargers)
            order by p.phase
        ) as phases,
        coalesce(c.capex_cad, 0) as capex_cad,
        coalesce(g.grants_cad, array(select 0::double precision from model.grant_program as n where n.scenario_id = s.scenario_id))
            as grants_cad,
        coalesce(c.resale_cad, 0) as resale_cad,
        coalesce(c.opex_change_cad_per_year, 0) + a.transmission_charge_cad_per_year - b.transmission_charge_cad_per_year
            as opex_change_cad_per_year,
        a.is_evc_eligible,
        a.peak_kw,
        coalesce(c.added_kw, 0) as added_kw,
        a.peak_kw <= m.power_kw_max as is_in_power,
        coalesce(c.capex_cad, 0) <= m.capex_cad_max as is_in_price
    from model.layout_step as s
    join model.site_limit as m on m.scenario_id = s.scenario_id
    join model.layout as b on b.scenario_id = s.scenario_id and b.layout = s.layout_before
    join model.layout as a on a.scenario_id = s.scenario_id and a.layout = s.layout_after
    left join model.layout_price as c
        on c.scenario_id = s.scenario_id and c.layout_before = s.layout_before and c.action = s.action and c.layout_after = s.layout_after
    left join model.layout_grant as g
        on g.scenario_id = s.scenario_id and g.layout_before = s.layout_before and g.action = s.action and g.layout_after = s.layout_after
),

capacity as (
    select l.scenario_id, l.layout, array_agg(l.capacity_per_h order by l.level) as capacities_per_h
    from model.session_scenario as s
    join model.layout_level as l on l.scenario_id = s.scenario_id
    group by l.scenario_id, l.layout
),

offered as (
    select
        p.*,
        (select coalesce(sum(g), 0) from unnest(p.grants_cad) as g) as grant_cad,
        p.action = 'keep' or p.is_in_power and p.is_in_price and cardinality(p.phases) > 0 as is_on_offer,
        c.capacities_per_h
    from priced as p
    left join capacity as c on c.scenario_id = p.scenario_id and c.layout = p.layout_after
),

ranked as (
    select
        o.*,
        row_number() over cheapest as place,
        first_value(o.phases) over cheapest as rival_phases,
        first_value(o.opex_change_cad_per_year) over cheapest as rival_opex_change_cad_per_year,
        first_value(o.added_kw) over cheapest as rival_added_kw,
        first_value(o.capex_cad - o.resale_cad) over cheapest as rival_paid_cad,
        first_value(o.grants_cad) over cheapest as rival_grants_cad,
        first_value(o.capacities_per_h) over cheapest as rival_capacities_per_h
    from offered as o
    window cheapest as (
        partition by o.scenario_id, o.layout_before, o.levels, o.is_on_offer
        order by o.capex_cad - o.grant_cad - o.resale_cad, o.opex_change_cad_per_year, o.added_kw, o.action, o.layout_after
    )
)

-- A change goes when another one offers the same levels in all its phases, costs no more in money, upkeep and power, and
-- serves no fewer sessions at each level where they are counted: whatever the plan, swapping them keeps every rule and loses
-- nothing. The cheapest of those that offer the same is the only rival tried; one that it does not beat stays.
select
    r.scenario_id, r.layout_before, r.action, r.layout_after, r.levels, r.phases, r.capex_cad, r.grant_cad, r.grants_cad,
    r.resale_cad, r.opex_change_cad_per_year, r.is_evc_eligible, r.peak_kw, r.added_kw, r.is_in_power, r.is_in_price, r.is_on_offer,
    r.is_on_offer and (
        r.place = 1
        or r.action = 'keep'
        or not r.rival_phases @> r.phases
        or r.rival_opex_change_cad_per_year > r.opex_change_cad_per_year
        or r.rival_added_kw > r.added_kw
        -- where an application reaches the cap of a program, a smaller grant may be as good as a larger one
        or r.rival_paid_cad + (
            select coalesce(sum(greatest(g.own_cad - g.rival_cad, 0)), 0)
            from unnest(r.grants_cad, r.rival_grants_cad) as g (own_cad, rival_cad)
        ) > r.capex_cad - r.resale_cad + 1e-6
        or exists (
            select from unnest(r.capacities_per_h, r.rival_capacities_per_h) as c (own_per_h, rival_per_h)
            where c.rival_per_h < c.own_per_h
        )
    ) as is_efficient
from ranked as r;

comment on table model.layout_change is 'Changes of the ports of a site with price, power and phases, each worked out once for all sites that have the same ports.';
comment on column model.layout_change.scenario_id is 'The scenario.';
comment on column model.layout_change.layout_before is 'Layout before.';
comment on column model.layout_change.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_change.layout_after is 'Layout afterwards.';
comment on column model.layout_change.levels is 'Charger levels that a driver finds there afterwards.';
comment on column model.layout_change.phases is 'Phases that allow the action and all charger types of which there are more ports; empty where none does.';
comment on column model.layout_change.capex_cad is 'Capital cost, gross.';
comment on column model.layout_change.grant_cad is 'Grants of all programs, before the caps on whole applications.';
comment on column model.layout_change.grants_cad is 'What each program of model.grant_program pays, in order of rank.';
comment on column model.layout_change.resale_cad is 'What removed equipment brings.';
comment on column model.layout_change.opex_change_cad_per_year is 'Change of the running cost, with the transmission charge where it is counted.';
comment on column model.layout_change.is_evc_eligible is 'The station may have the rate for charging afterwards.';
comment on column model.layout_change.peak_kw is 'Power of all ports afterwards.';
comment on column model.layout_change.added_kw is 'Change of the connected power.';
comment on column model.layout_change.is_in_power is 'A site may connect as much: model.site_limit.';
comment on column model.layout_change.is_in_price is 'A site may cost as much.';
comment on column model.layout_change.is_on_offer is 'Sites with these ports have it as an option, where the action is allowed: model.site_action.';
comment on column model.layout_change.is_efficient is 'No other change makes it needless; exact for every rule there is.';
