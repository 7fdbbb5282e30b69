-- needs: model.site_state, model.price, model.site_grant, core.site, core.site_supply
-- grain: one row per (scenario_id, site_id)

create table model.site_price as

with stated as (
    select
        s.scenario_id, s.site_id, s.layout, s.is_existing and s.is_owned as is_owned,
        case when p.line_cost_cad_per_m = 0 then 0
            else coalesce(ceil(d.three_phase_m / p.distance_step_m) * p.distance_step_m, p.distance_assumed_m) end as line_m,
        extract(year from k.opened_on)::integer as opened_year,
        g.grants
    from model.site_state as s
    join model.price as p on p.scenario_id = s.scenario_id
    join core.site as k on k.site_id = s.site_id
    left join core.site_supply as d on d.site_id = s.site_id
    left join (
        select
            scenario_id, site_id,
            string_agg(concat_ws(':', program, array_to_string(phases, ','), case when is_alone then 'alone' end), ' ' order by program) as grants
        from model.site_grant
        where cardinality(phases) > 0
        group by scenario_id, site_id
    ) as g on g.scenario_id = s.scenario_id and g.site_id = s.site_id
),

-- sites with equal rows pay equal prices for equal works
told_apart as (
    select t.*, case when t.is_owned then t.opened_year end as resale_year
    from stated as t
)

select
    t.scenario_id, t.site_id, t.layout, t.line_m, t.is_owned, t.resale_year, t.grants,
    dense_rank() over (partition by t.scenario_id order by t.line_m, t.is_owned, t.resale_year, t.grants)::integer as price_class
from told_apart as t;

comment on table model.site_price is 'What the prices of a site depend on beside its ports, and the class of all sites with the same.';
comment on column model.site_price.scenario_id is 'The scenario.';
comment on column model.site_price.site_id is 'The site.';
comment on column model.site_price.layout is 'Its ports: model.layout_part.';
comment on column model.site_price.line_m is
    'Length that is paid for of a line to the nearest three-phase supply: rounded up to distance_step_m; distance_assumed_m where it is not known; 0 where lines cost nothing.';
comment on column model.site_price.is_owned is 'What stands there is the planner''s own: it is sold where it goes.';
comment on column model.site_price.resale_year is 'Year in which such a station opened; null where it is not known.';
comment on column model.site_price.grants is 'Programs that may pay for it, with the phases: model.site_grant; null for none.';
comment on column model.site_price.price_class is 'Number of the class: model.price_class.';
