-- needs: audit.port_change, audit.site_before, plan.scenario_charger, plan.scenario_phase, plan.scenario_price,
--   plan.scenario_electricity
-- grain: one row per (decision_id) of a sound plan

create table audit.decision_price as

with changed as (
    select
        c.decision_id, c.run_id, c.scenario_id, c.phase, c.site_id,
        sum(greatest(k.after - k.before, 0) * t.equipment_cost_cad_per_port
            + (k.before = 0 and k.after > 0)::integer * t.equipment_cost_cad_per_station) as equipment_cad,
        sum(greatest(k.after - k.before, 0) * t.installation_cost_cad_per_port
            + (k.before = 0 and k.after > 0)::integer * (t.civil_works_cost_cad_per_station + t.make_ready_cost_cad_per_station)
        ) as installation_cad,
        sum(greatest(k.before - k.after, 0) * t.dismantling_cost_cad_per_port
            + (k.before > 0 and k.after = 0)::integer * t.dismantling_cost_cad_per_station) as dismantling_cad,
        sum(greatest(k.before - k.after, 0) * t.equipment_cost_cad_per_port
            + (k.before > 0 and k.after = 0)::integer * t.equipment_cost_cad_per_station) as removed_cad,
        sum((k.after - k.before) * t.opex_cad_per_port_year) as port_opex_cad_per_year,
        array_agg(c.charger_type order by c.charger_type) filter (where k.after > k.before) as new_types,
        array_agg(k.after - k.before order by c.charger_type) filter (where k.after > k.before) as new_port_counts,
        array[sum(k.before * t.port_kw), sum(k.after * t.port_kw)] as kw,
        array[sum(k.before * t.port_kw * k.is_evc), sum(k.after * t.port_kw * k.is_evc)] as evc_kw,
        array[sum(k.before * t.port_kw * t.utilisation_share), sum(k.after * t.port_kw * t.utilisation_share)] as busy_kw
    from audit.port_change as c
    join plan.scenario_charger as t on t.scenario_id = c.scenario_id and t.charger_type = c.charger_type
    left join plan.scenario_electricity as e on e.scenario_id = c.scenario_id
    cross join lateral (
        select c.port_count_before as before, c.port_count_after as after, coalesce(t.level = any (e.evc_levels), false)::integer as is_evc
    ) as k
    group by c.decision_id, c.run_id, c.scenario_id, c.phase, c.site_id
)

select
    c.decision_id, c.run_id, c.scenario_id, c.phase, c.site_id,
    c.equipment_cad * y.factor as equipment_cad,
    c.installation_cad * y.factor as installation_cad,
    w.connection_cad * y.factor as connection_cad,
    v.soft_cost_cad * y.factor as soft_cost_cad,
    (v.works_cad + v.soft_cost_cad) * p.contingency_share * y.factor as contingency_cad,
    c.dismantling_cad * y.factor as dismantling_cad,
    (v.works_cad + v.soft_cost_cad) * (1 + p.contingency_share) * y.factor as grantable_cad,
    ((v.works_cad + v.soft_cost_cad) * (1 + p.contingency_share) + c.dismantling_cad) * y.factor as capex_cad,
    c.removed_cad * y.resale_share * y.factor as resale_cad,
    c.port_opex_cad_per_year + coalesce(t.charge_cad, 0) as opex_change_cad_per_year,
    c.kw[2] as peak_kw, c.kw[2] - c.kw[1] as added_kw, c.new_types, c.new_port_counts
from changed as c
join plan.scenario_price as p on p.scenario_id = c.scenario_id
left join plan.scenario_phase as f on f.scenario_id = c.scenario_id and f.phase = c.phase
left join audit.site_before as b on b.run_id = c.run_id and b.site_id = c.site_id
-- money of the year of the phase; what goes is worth less the older it is then
cross join lateral (
    select
        (1 + p.index_share_per_year) ^ (f.year - p.year) as factor,
        case
            when not b.is_owned then 0
            when b.opened_year is null then p.resale_share_unknown_age
            when p.equipment_life_year is null then p.equipment_resale_share
            else p.equipment_resale_share * least(1, greatest(0, 1 - (f.year - b.opened_year) / p.equipment_life_year))
        end as resale_share
) as y
-- a transformer and its line come with the power from which they are needed
cross join lateral (
    select (c.kw[2] > c.kw[1])::integer * (p.connection_fixed_cost_cad + (c.kw[2] - c.kw[1]) * p.connection_cost_cad_per_kw)
        + (c.kw[1] <= p.three_phase_kw_min and c.kw[2] > p.three_phase_kw_min)::integer
            * (p.transformer_cost_cad + b.line_m * p.line_cost_cad_per_m) as connection_cad
) as w
cross join lateral (
    select
        c.equipment_cad + c.installation_cad + w.connection_cad as works_cad,
        (c.equipment_cad + c.installation_cad + w.connection_cad) * p.soft_cost_share as soft_cost_cad
) as v
left join plan.scenario_electricity as e on e.scenario_id = c.scenario_id and e.is_transmission_charged
-- what the station pays for its peak afterwards (2) less what it paid before (1)
cross join lateral (
    select sum((2 * i - 3) * c.kw[i] * 12 * e.transmission_charge_cad_per_kw_month * case
        when e.is_evc_rate_offered and c.evc_kw[i] > 0 and 2 * c.evc_kw[i] >= c.kw[i]
            and c.kw[i] between e.evc_kw_min and e.evc_kw_max and c.busy_kw[i] <= e.evc_load_factor_max * c.kw[i]
        then e.evc_charge_share else 1 end) as charge_cad
    from generate_series(1, 2) as i
    where c.kw[i] >= e.demand_billed_kw_min
) as t;

create index on audit.decision_price (run_id, phase);

comment on table audit.decision_price is 'What the ports of each decision come to by the prices of its scenario, worked out from the ports that stand there and those planned.';
comment on column audit.decision_price.decision_id is 'The decision.';
comment on column audit.decision_price.run_id is 'The run.';
comment on column audit.decision_price.scenario_id is 'The resolved scenario.';
comment on column audit.decision_price.phase is 'The phase of the project.';
comment on column audit.decision_price.site_id is 'The site.';
comment on column audit.decision_price.equipment_cad is 'New equipment.';
comment on column audit.decision_price.installation_cad is 'Its installation, civil works and make-ready.';
comment on column audit.decision_price.connection_cad is 'Connection, transformer and line.';
comment on column audit.decision_price.soft_cost_cad is 'Design, permits, supervision.';
comment on column audit.decision_price.contingency_cad is 'Reserve.';
comment on column audit.decision_price.dismantling_cad is 'Taking down what goes.';
comment on column audit.decision_price.grantable_cad is 'All of these but the last: what grant programs pay a share of.';
comment on column audit.decision_price.capex_cad is 'Capital cost, gross.';
comment on column audit.decision_price.resale_cad is 'What removed equipment brings.';
comment on column audit.decision_price.opex_change_cad_per_year is 'Change of the running cost, with the transmission charge where it is counted.';
comment on column audit.decision_price.peak_kw is 'Power of all ports afterwards.';
comment on column audit.decision_price.added_kw is 'Change of that power.';
comment on column audit.decision_price.new_types is 'Charger types that gain ports.';
comment on column audit.decision_price.new_port_counts is 'How many each of them gains.';
