-- needs: nothing
-- grain: one row per (scenario_id)

create table model.worked_out (
    scenario_id bigint primary key
);

comment on table model.worked_out is 'Scenarios whose rows the tables of this room hold: model.work_out.';
comment on column model.worked_out.scenario_id is 'The scenario.';
