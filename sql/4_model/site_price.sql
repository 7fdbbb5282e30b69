-- needs: model.site_state, model.price
-- grain: one row per (scenario_id, site_id)

create table model.site_price as

-- sites with equal rows pay equal prices for equal works
with stated as (
    select
        s.scenario_id, s.site_id, s.layout,
        p.distance_assumed_m as line_m,
        null::integer as opened_year,
        true as is_owned
    from model.site_state as s
    join model.price as p on p.scenario_id = s.scenario_id
)

select
    s.*,
    dense_rank() over (partition by s.scenario_id order by s.line_m, s.is_owned, s.opened_year)::integer as price_class
from stated as s;

comment on table model.site_price is 'What the prices of a site depend on beside its ports, and the class of all sites with the same.';
comment on column model.site_price.scenario_id is 'The scenario.';
comment on column model.site_price.site_id is 'The site.';
comment on column model.site_price.layout is 'Its ports: model.layout_part.';
comment on column model.site_price.line_m is 'Length of a line to the nearest three-phase supply that is paid for, rounded up.';
comment on column model.site_price.opened_year is 'Year in which the station opened; null where it is not known.';
comment on column model.site_price.is_owned is 'What goes is the planner''s own, and sold.';
comment on column model.site_price.price_class is 'Number of the class: model.price_class.';
