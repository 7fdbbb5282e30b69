-- needs: model.site_option, model.layout_level, model.arriving_session
-- grain: one row per (scenario_id, option_id)

create table model.option_service as

select
    o.scenario_id, o.option_id, o.site_id, o.price_class, o.layout_before, o.action, o.layout_after,
    array(
        select least(l.capacity_per_h, s.sessions_per_h)
        from model.arriving_session as s
        join model.layout_level as l on l.scenario_id = s.scenario_id and l.layout = o.layout_after and l.level = s.level
        where s.scenario_id = o.scenario_id and s.site_id = o.site_id
        order by l.level
    ) as served_per_h
from model.site_option as o
where o.is_efficient and o.action <> 'keep';

comment on table model.option_service is 'What each option may serve of the sessions that can arrive at its site.';
comment on column model.option_service.scenario_id is 'The scenario.';
comment on column model.option_service.option_id is 'The option: model.site_option, without those that another change of the same ports makes needless everywhere.';
comment on column model.option_service.site_id is 'The site.';
comment on column model.option_service.price_class is 'The price class of the site: model.price_class.';
comment on column model.option_service.layout_before is 'Ports before: model.layout_port.';
comment on column model.option_service.action is 'expand, upgrade, build or remove.';
comment on column model.option_service.layout_after is 'Ports afterwards.';
comment on column model.option_service.served_per_h is
    'Most sessions per hour that it serves, by level in the order of their names; levels of which none can arrive are left out.';
