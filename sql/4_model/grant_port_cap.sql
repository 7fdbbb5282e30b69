-- needs: model.grant_program, model.charger, plan.scenario_grant_band
-- grain: one row per (scenario_id, program, charger_type)

create view model.grant_port_cap as

select
    p.scenario_id,
    p.program,
    c.charger_type,
    coalesce((
        select b.port_cap_cad from plan.scenario_grant_band as b
        where b.scenario_id = p.scenario_id and b.program = p.program and b.kw_min <= c.port_kw
        order by b.kw_min desc limit 1
    ), 0) as port_cap_cad
from model.grant_program as p
join model.charger as c on c.scenario_id = p.scenario_id;

comment on view model.grant_port_cap is 'What grant programs pay for a new port.';
comment on column model.grant_port_cap.scenario_id is 'The scenario.';
comment on column model.grant_port_cap.program is 'The program: model.grant_program.';
comment on column model.grant_port_cap.charger_type is 'Charger type of the port.';
comment on column model.grant_port_cap.port_cap_cad is 'Most for a new port, by the band of its power; 0 below all bands.';
