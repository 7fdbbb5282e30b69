-- needs: model.layout_step, model.layout_port, model.charger, model.electricity, model.price, model.is_evc_eligible
-- grain: one row per (scenario_id, layout)

create table model.layout as

with equipped as (
    select
        l.scenario_id,
        l.layout,
        coalesce(array_agg(distinct p.level) filter (where p.level is not null), '{}') as levels,
        coalesce(sum(p.port_count), 0)::integer as port_count,
        coalesce(sum(p.port_count * c.port_kw order by p.charger_type), 0) as peak_kw,
        coalesce(sum(p.port_count * c.port_kw order by p.charger_type) filter (where p.level = any (e.evc_levels)), 0) as evc_kw,
        coalesce(sum(p.port_count * c.port_kw * c.utilisation_share order by p.charger_type), 0) as busy_kw,
        coalesce(sum(
            c.equipment_cost_cad_per_station + c.installation_cost_cad_per_station
            + p.port_count * (c.equipment_cost_cad_per_port + c.installation_cost_cad_per_port)
            order by p.charger_type
        ), 0) as works_cad,
        coalesce(sum(p.port_count * c.opex_cad_per_port_year order by p.charger_type), 0) as opex_cad_per_year
    from (
        select scenario_id, layout_before as layout from model.layout_step
        union
        select scenario_id, layout_after from model.layout_step
    ) as l
    join model.electricity as e on e.scenario_id = l.scenario_id
    left join model.layout_port as p on p.scenario_id = l.scenario_id and p.layout = l.layout
    left join model.charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
    group by l.scenario_id, l.layout
)

select
    q.scenario_id,
    q.layout,
    q.levels,
    q.port_count,
    q.peak_kw,
    case when q.port_count > 0 then (1 + t.soft_cost_share) * (1 + t.contingency_share) * (
        q.works_cad + t.connection_fixed_cost_cad + q.peak_kw * t.connection_cost_cad_per_kw
        + case when q.peak_kw > t.three_phase_kw_min then t.transformer_cost_cad else 0 end
    ) else 0 end as new_cad,
    q.opex_cad_per_year,
    r.is_evc_eligible,
    case when q.peak_kw < e.demand_billed_kw_min then 0
        else q.peak_kw * e.counted_transmission_charge_cad_per_kw_year * case when r.is_evc_eligible then e.evc_charge_share else 1 end
    end as transmission_charge_cad_per_year
from equipped as q
join model.electricity as e on e.scenario_id = q.scenario_id
join model.price as t on t.scenario_id = q.scenario_id
cross join lateral (
    select model.is_evc_eligible(q.peak_kw, q.evc_kw, q.busy_kw, e.evc_kw_min, e.evc_kw_max, e.evc_load_factor_max) as is_evc_eligible
) as r;

comment on table model.layout is 'Layouts that stand or may come: their levels, power and running cost, each worked out once for all sites.';
comment on column model.layout.scenario_id is 'The scenario.';
comment on column model.layout.layout is 'Ports by charger type as text: model.layout_part.';
comment on column model.layout.levels is 'Levels that a driver finds there.';
comment on column model.layout.port_count is 'All its ports.';
comment on column model.layout.peak_kw is 'Power of all its ports.';
comment on column model.layout.new_cad is 'What it would cost new at the prices that the scenario states, without a line to it.';
comment on column model.layout.opex_cad_per_year is 'Running cost of its ports, without the charge below.';
comment on column model.layout.is_evc_eligible is 'A station like this may have the rate for charging.';
comment on column model.layout.transmission_charge_cad_per_year is
    'Transmission charge, all its ports drawing at once; 0 below the power from which peaks are billed.';
