-- needs: model.site_change, model.tariff, model.grant_program, model.electricity, model.is_evc_eligible,
--   model.transmission_charge_cad_per_year
-- grain: one row per (scenario_id, site_id, action, l2_port_count_after, l3_port_count_after)

create view model.priced_change as

with priced as (
    select
        c.*,
        c.l2_port_count_after - c.l2_port_count_before as l2_change,
        c.l3_port_count_after - c.l3_port_count_before as l3_change,
        t.resale_factor, t.l2_port_kw, t.l3_port_kw, t.l2_port_cost_cad, t.l3_port_cost_cad,
        t.l2_station_cost_cad, t.l3_station_cost_cad, t.l2_opex_cad_per_port_year, t.l3_opex_cad_per_port_year,
        greatest(c.l2_port_count_after - c.l2_port_count_before, 0) * t.l2_port_cost_cad
            + greatest(c.l3_port_count_after - c.l3_port_count_before, 0) * t.l3_port_cost_cad
            + case when c.l2_port_count_before = 0 and c.l2_port_count_after > 0 then t.l2_station_cost_cad else 0 end
            + case when c.l3_port_count_before = 0 and c.l3_port_count_after > 0 then t.l3_station_cost_cad else 0 end as capex_cad
    from model.site_change as c
    join model.tariff as t on t.scenario_id = c.scenario_id
)

select
    c.scenario_id, c.site_id, c.action,
    c.l2_port_count_before, c.l3_port_count_before, c.l2_port_count_after, c.l3_port_count_after,
    c.capex_cad,
    -- only what goes is sold: a station's own price comes back when none of its ports stays
    c.resale_factor * (
        greatest(-c.l2_change, 0) * c.l2_port_cost_cad + greatest(-c.l3_change, 0) * c.l3_port_cost_cad
        + case when c.l2_port_count_before > 0 and c.l2_port_count_after = 0 then c.l2_station_cost_cad else 0 end
        + case when c.l3_port_count_before > 0 and c.l3_port_count_after = 0 then c.l3_station_cost_cad else 0 end
    ) as resale_cad,
    -- each program pays its share or its caps, whichever is less, in the order of rank until together they reach their limit
    array(
        select least(sum(g.own_cad) over earlier, g.limit_cad) - least(sum(g.own_cad) over earlier - g.own_cad, g.limit_cad)
        from (
            select p.rank, p.stack_share_max * c.capex_cad as limit_cad, case
                when cardinality(p.l2_port_count_mins) = 0 or exists (
                    select from unnest(p.l2_port_count_mins, p.l3_port_count_mins) as m (l2_min, l3_min)
                    where greatest(c.l2_change, 0) >= m.l2_min and greatest(c.l3_change, 0) >= m.l3_min
                ) then least(p.cost_share_max * c.capex_cad,
                    greatest(c.l2_change, 0) * p.l2_port_cap_cad + greatest(c.l3_change, 0) * p.l3_port_cap_cad)
                else 0 end as own_cad
            -- gathered once for all rows, and not once for each
            from unnest(array(select n from model.grant_program as n)) as p
            where p.scenario_id = c.scenario_id
        ) as g
        window earlier as (order by g.rank)
        order by g.rank
    ) as grants_cad,
    c.l2_change * c.l2_opex_cad_per_port_year + c.l3_change * c.l3_opex_cad_per_port_year
        + coalesce((
            select
                model.transmission_charge_cad_per_year(c.l2_port_count_after * c.l2_port_kw, c.l3_port_count_after * c.l3_port_kw, e)
                - model.transmission_charge_cad_per_year(c.l2_port_count_before * c.l2_port_kw, c.l3_port_count_before * c.l3_port_kw, e)
            from model.electricity as e
            where e.scenario_id = c.scenario_id
        ), 0) as opex_change_cad_per_year,
    (
        select model.is_evc_eligible(c.l2_port_count_after * c.l2_port_kw, c.l3_port_count_after * c.l3_port_kw, e)
        from model.electricity as e
        where e.scenario_id = c.scenario_id
    ) as is_evc_eligible,
    c.l2_port_count_after * c.l2_port_kw + c.l3_port_count_after * c.l3_port_kw as peak_kw,
    c.l2_change * c.l2_port_kw + c.l3_change * c.l3_port_kw as added_kw
from priced as c;

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
comment on column model.priced_change.grants_cad is 'What each program of model.grant_program pays, in order of rank, before the caps on whole applications.';
comment on column model.priced_change.opex_change_cad_per_year is 'Change of the running cost, with the transmission charge where it is counted.';
comment on column model.priced_change.is_evc_eligible is 'The station may have the rate for charging afterwards.';
comment on column model.priced_change.peak_kw is 'Power of all ports afterwards.';
comment on column model.priced_change.added_kw is 'Change of the connected power.';
