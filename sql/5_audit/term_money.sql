-- needs: audit.phase_cost, plan.run_scale
-- grain: one row per (run_id, term)

create view audit.term_money as

select c.run_id, t.term, t.value
from (
    select
        run_id,
        sum(capex_cad - resale_cad - grant_cad) as net_cad,
        sum(grid_upgrade_cad) as grid_upgrade_cad,
        sum(opex_change_cad_per_year) as opex_change_cad_per_year
    from audit.phase_cost
    group by run_id
) as c
left join plan.run_scale as s on s.run_id = c.run_id
cross join lateral (values
    ('capex', c.net_cad / s.money_cad),
    ('grid_upgrade', c.grid_upgrade_cad / s.money_cad),
    ('opex', c.opex_change_cad_per_year / s.opex_cad_per_year)
) as t (term, value);

comment on view audit.term_money is 'Net capital cost, grid upgrades and added running cost as shares of what they are measured against.';
comment on column audit.term_money.run_id is 'The run.';
comment on column audit.term_money.term is 'The term of the objective.';
comment on column audit.term_money.value is 'Its value; null where the plan does not say what it is measured against.';
