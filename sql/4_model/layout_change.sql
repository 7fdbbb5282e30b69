-- needs: model.layout_step, model.layout, model.layout_work, model.layout_price, model.layout_level, model.site_limit, model.site_price,
--   model.session_scenario, plan.scenario_phase
-- grain: one row per (scenario_id, price_class, layout_before, action, layout_after)

create table model.layout_change as

with placed as (
    select distinct s.scenario_id, s.price_class, s.layout from model.site_price as s
),

-- the phases that allow a step, and those of them in which a site may cost as much; what is needed of a step further down is
-- carried along, as nobody could tell how many rows a join with it would have
phased as (
    select
        s.scenario_id, k.price_class, s.layout_before, s.action, s.layout_after, w.opex_change_cad_per_year, w.added_kw,
        array_agg(p.phase order by p.phase) filter (where q.is_allowed and coalesce(c.is_in_price, true)) as phases,
        min(c.capex_cad - c.grant_cad - c.resale_cad) filter (where q.is_allowed and c.is_in_price) as net_cad_min,
        coalesce(bool_or(q.is_allowed), false) as is_in_phase
    from model.layout_step as s
    join placed as k on k.scenario_id = s.scenario_id and k.layout = s.layout_before
    left join plan.scenario_phase as p on p.scenario_id = s.scenario_id
    left join model.layout_work as w
        on w.scenario_id = s.scenario_id and w.layout_before = s.layout_before and w.action = s.action and w.layout_after = s.layout_after
    left join model.layout_price as c
        on c.scenario_id = s.scenario_id and c.price_class = k.price_class and c.layout_before = s.layout_before and c.action = s.action
        and c.layout_after = s.layout_after and c.phase = p.phase
    cross join lateral (
        select p.phase is not null and (s.action = 'keep' or s.action = any (p.actions) and w.new_types <@ p.chargers) as is_allowed
    ) as q
    group by
        s.scenario_id, k.price_class, s.layout_before, s.action, s.layout_after, w.opex_change_cad_per_year, w.added_kw
),

capacity as (
    select l.scenario_id, l.layout, array_agg(l.capacity_per_h order by l.level) as capacities_per_h
    from model.session_scenario as s
    join model.layout_level as l on l.scenario_id = s.scenario_id
    group by l.scenario_id, l.layout
),

offered as (
    select
        f.scenario_id, f.price_class, f.layout_before, f.action, f.layout_after, a.levels,
        coalesce(f.phases, '{}') as phases,
        coalesce(f.net_cad_min, 0) as net_cad_min,
        coalesce(f.opex_change_cad_per_year, 0) + a.transmission_charge_cad_per_year - b.transmission_charge_cad_per_year
            as opex_change_cad_per_year,
        a.is_evc_eligible,
        a.peak_kw,
        coalesce(f.added_kw, 0) as added_kw,
        f.is_in_phase,
        a.peak_kw <= m.power_kw_max as is_in_power,
        f.phases is not null as is_in_price,
        f.action = 'keep' or a.peak_kw <= m.power_kw_max and f.phases is not null as is_on_offer,
        c.capacities_per_h
    from phased as f
    join model.site_limit as m on m.scenario_id = f.scenario_id
    join model.layout as b on b.scenario_id = f.scenario_id and b.layout = f.layout_before
    join model.layout as a on a.scenario_id = f.scenario_id and a.layout = f.layout_after
    left join capacity as c on c.scenario_id = f.scenario_id and c.layout = f.layout_after
),

ranked as (
    select
        o.*,
        row_number() over cheapest as place,
        first_value(o.action) over cheapest as rival_action,
        first_value(o.layout_after) over cheapest as rival_layout_after,
        first_value(o.phases) over cheapest as rival_phases,
        first_value(o.opex_change_cad_per_year) over cheapest as rival_opex_change_cad_per_year,
        first_value(o.added_kw) over cheapest as rival_added_kw,
        first_value(o.capacities_per_h) over cheapest as rival_capacities_per_h
    from offered as o
    window cheapest as (
        partition by o.scenario_id, o.price_class, o.layout_before, o.levels, o.is_on_offer
        order by o.net_cad_min, o.opex_change_cad_per_year, o.added_kw, o.action, o.layout_after
    )
),

-- cheaper than its rival in some phase: where an application reaches the cap of a program, a smaller grant may be as good as a
-- larger one, so what the rival earns less counts, and what it earns more does not
cheaper as (
    select distinct r.scenario_id, r.price_class, r.layout_before, r.action, r.layout_after
    from ranked as r
    join model.layout_price as own
        on own.scenario_id = r.scenario_id and own.price_class = r.price_class and own.layout_before = r.layout_before
        and own.action = r.action and own.layout_after = r.layout_after and own.phase = any (r.phases)
    join model.layout_price as rival
        on rival.scenario_id = r.scenario_id and rival.price_class = r.price_class and rival.layout_before = r.layout_before
        and rival.action = r.rival_action and rival.layout_after = r.rival_layout_after and rival.phase = own.phase
    where r.is_on_offer and r.place > 1
        and rival.capex_cad - rival.resale_cad + (
            select coalesce(sum(greatest(g.own_cad - g.rival_cad, 0)), 0)
            from unnest(own.grants_cad, rival.grants_cad) as g (own_cad, rival_cad)
        ) > own.capex_cad - own.resale_cad + 1e-6
)

-- A change goes when another one offers the same levels in all its phases, costs no more in money of each, upkeep and power,
-- and serves no fewer sessions at each level where they are counted: whatever the plan, swapping them keeps every rule and
-- loses nothing. The cheapest of those that offer the same is the only rival tried; one that it does not beat stays.
select
    r.scenario_id, r.price_class, r.layout_before, r.action, r.layout_after, r.levels, r.phases,
    r.opex_change_cad_per_year, r.is_evc_eligible, r.peak_kw, r.added_kw, r.is_in_phase, r.is_in_power, r.is_in_price, r.is_on_offer,
    r.is_on_offer and (
        r.place = 1
        or r.action = 'keep'
        or not r.rival_phases @> r.phases
        or r.rival_opex_change_cad_per_year > r.opex_change_cad_per_year
        or r.rival_added_kw > r.added_kw
        or c.scenario_id is not null
        or exists (
            select from unnest(r.capacities_per_h, r.rival_capacities_per_h) as c (own_per_h, rival_per_h)
            where c.rival_per_h < c.own_per_h
        )
    ) as is_efficient
from ranked as r
left join cheaper as c
    on c.scenario_id = r.scenario_id and c.price_class = r.price_class and c.layout_before = r.layout_before and c.action = r.action
    and c.layout_after = r.layout_after;

comment on table model.layout_change is
    'Changes of the ports of a site with power and phases, each worked out once for all sites that have the same ports and pay the same.';
comment on column model.layout_change.scenario_id is 'The scenario.';
comment on column model.layout_change.price_class is 'The price class: model.price_class.';
comment on column model.layout_change.layout_before is 'Layout before.';
comment on column model.layout_change.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_change.layout_after is 'Layout afterwards.';
comment on column model.layout_change.levels is 'Charger levels that a driver finds there afterwards.';
comment on column model.layout_change.phases is 'Phases that allow the action and all charger types of which there are more ports, and in which a site may cost as much; empty where none does.';
comment on column model.layout_change.opex_change_cad_per_year is 'Change of the running cost, with the transmission charge where it is counted.';
comment on column model.layout_change.is_evc_eligible is 'The station may have the rate for charging afterwards.';
comment on column model.layout_change.peak_kw is 'Power of all ports afterwards.';
comment on column model.layout_change.added_kw is 'Change of the connected power.';
comment on column model.layout_change.is_in_phase is 'Some phase allows it.';
comment on column model.layout_change.is_in_power is 'A site may connect as much: model.site_limit.';
comment on column model.layout_change.is_in_price is 'A site may cost as much in some phase that allows it.';
comment on column model.layout_change.is_on_offer is 'Sites with these ports have it as an option, where the action is allowed: model.site_action.';
comment on column model.layout_change.is_efficient is 'No other change makes it needless; exact for every rule there is.';
