-- needs: model.option_service, model.layout_rival
-- grain: one row per (scenario_id, option_id)

create table model.needless_option as

with paired as (
    select
        o.scenario_id, o.option_id, o.site_id, o.served_per_h, r.option_id as rival_option_id, r.served_per_h as rival_served_per_h,
        exists (
            select from model.layout_rival as v
            where v.scenario_id = c.scenario_id and v.price_class = c.price_class and v.layout_before = c.layout_before
                and v.action = c.rival_action and v.layout_after = c.rival_layout_after
                and v.rival_action = c.action and v.rival_layout_after = c.layout_after
        ) as is_mutual
    from model.layout_rival as c
    join model.option_service as o
        on o.scenario_id = c.scenario_id and o.price_class = c.price_class and o.layout_before = c.layout_before and o.action = c.action
        and o.layout_after = c.layout_after
    join model.option_service as r
        on r.scenario_id = o.scenario_id and r.site_id = o.site_id and r.action = c.rival_action and r.layout_after = c.rival_layout_after
)

-- An option goes where another one of the site costs no more and serves as many of the sessions that may arrive there, at each
-- level: whatever the plan, swapping them keeps every rule and loses nothing. Of two that are alike the first by name stays, so
-- that some option stays of all that make each other needless.
select distinct p.scenario_id, p.option_id, p.site_id
from paired as p
cross join lateral (
    select
        coalesce(bool_and(c.rival_per_h >= c.own_per_h), true) as is_enough,
        coalesce(bool_and(c.rival_per_h <= c.own_per_h), true) as is_no_more
    from unnest(p.served_per_h, p.rival_served_per_h) as c (own_per_h, rival_per_h)
) as c
where c.is_enough and not (p.is_mutual and c.is_no_more and p.rival_option_id > p.option_id);

comment on table model.needless_option is
    'Options that another one of the same site makes needless, as what the ports serve beyond it cannot arrive there; exact for every rule there is.';
comment on column model.needless_option.scenario_id is 'The scenario.';
comment on column model.needless_option.option_id is 'The option: model.site_option.';
comment on column model.needless_option.site_id is 'The site.';
