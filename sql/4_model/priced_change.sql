-- needs: model.site_change, model.tariff
-- grain: one row per (scenario_id, site_id, action, l2_port_count_after, l3_port_count_after)

create view model.priced_change as

with counted as (
    select
        *,
        l2_port_count_after - l2_port_count_before as l2_change,
        l3_port_count_after - l3_port_count_before as l3_change
    from model.site_change
)

select
    c.scenario_id, c.site_id, c.action,
    c.l2_port_count_before, c.l3_port_count_before, c.l2_port_count_after, c.l3_port_count_after,
    greatest(c.l2_change, 0) * t.l2_port_cost_cad + greatest(c.l3_change, 0) * t.l3_port_cost_cad
        + case when c.l2_port_count_before = 0 and c.l2_port_count_after > 0 then t.l2_station_cost_cad else 0 end
        + case when c.l3_port_count_before = 0 and c.l3_port_count_after > 0 then t.l3_station_cost_cad else 0 end as capex_cad,
    -- only what goes is sold: a station's own price comes back when none of its ports stays
    t.resale_factor * (
        greatest(-c.l2_change, 0) * t.l2_port_cost_cad + greatest(-c.l3_change, 0) * t.l3_port_cost_cad
        + case when c.l2_port_count_before > 0 and c.l2_port_count_after = 0 then t.l2_station_cost_cad else 0 end
        + case when c.l3_port_count_before > 0 and c.l3_port_count_after = 0 then t.l3_station_cost_cad else 0 end
    ) as resale_cad,
    0::double precision as grant_cad,
    c.l2_change * t.l2_opex_cad_per_port_year + c.l3_change * t.l3_opex_cad_per_port_year as opex_change_cad_per_year,
    c.l2_port_count_after * t.l2_port_kw + c.l3_port_count_after * t.l3_port_kw as peak_kw,
    c.l2_change * t.l2_port_kw + c.l3_change * t.l3_port_kw as added_kw
from counted as c
join model.tariff as t on t.scenario_id = c.scenario_id;

comment on view model.priced_change is 'Changes with their price and power, from port counts before and after alone.';
comment on column model.priced_change.scenario_id is 'The scenario.';
comment on column model.priced_change.site_id is 'The site.';
comment on column model.priced_change.action is 'keep, expand, upgrade, build or remove.';
comment on column model.priced_change.l2_port_count_before is 'Level 2 ports before.';
comment on column model.priced_change.l3_port_count_before is 'Level 3 ports before.';
comment on column model.priced_change.l2_port_count_after is 'Level 2 ports afterwards.';
comment on column model.priced_change.l3_port_count_after is 'Level 3 ports afterwards.';
comment on column model.priced_change.capex_cad is 'Capital cost, gross.';
comment on column model.priced_change.resale_cad is 'What removed equipment brings.';
comment on column model.priced_change.grant_cad is 'Grants; no grant programme is modelled, so 0.';
comment on column model.priced_change.opex_change_cad_per_year is 'Change of the running cost.';
comment on column model.priced_change.peak_kw is 'Power of all ports afterwards.';
comment on column model.priced_change.added_kw is 'Change of the connected power.';
