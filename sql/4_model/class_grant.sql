-- needs: model.site_price, model.site_grant
-- grain: one row per (scenario_id, price_class, program); only programs that may pay

create table model.class_grant as

-- programs and phases are the same at all sites of a class, so one of them tells
select k.scenario_id, k.price_class, g.program, g.phases, g.is_alone
from (
    select s.scenario_id, s.price_class, min(s.site_id) as site_id from model.site_price as s group by s.scenario_id, s.price_class
) as k
join model.site_grant as g on g.scenario_id = k.scenario_id and g.site_id = k.site_id and cardinality(g.phases) > 0;

comment on table model.class_grant is 'Grant programs that may pay for the sites of a price class, and when.';
comment on column model.class_grant.scenario_id is 'The scenario.';
comment on column model.class_grant.price_class is 'The price class: model.price_class.';
comment on column model.class_grant.program is 'The program: model.grant_program.';
comment on column model.class_grant.phases is 'Phases in which it may pay.';
comment on column model.class_grant.is_alone is 'It asks for alone_port_count_min new ports of its alone_level.';
