-- needs: nothing
-- grain: one row per (scenario_id)

create table model.worked_out (
    scenario_id bigint primary key,
    opened_stations text[] not null default '{}',
    content text not null default '',
    like_scenario_id bigint
);

comment on table model.worked_out is 'Scenarios whose rows the tables of this room hold: model.work_out.';
comment on column model.worked_out.scenario_id is 'The scenario.';
comment on column model.worked_out.content is 'What model.offer_content said of it.';
comment on column model.worked_out.like_scenario_id is 'The scenario whose rows were copied, as it had the same content and the same opened stations; null where the rows were worked out.';
comment on column model.worked_out.opened_stations is 'What model.opened_station held then: locks may have changed since.';
