-- needs: model.scenario
-- grain: one row per (scenario_id)

create view model.session_scenario as

select s.scenario_id
from model.scenario as s
where s.demand_kind = 'cell' and s.is_session_counted;

comment on view model.session_scenario is 'Scenarios that count charging sessions; in all others the number of ports serves no further session.';
comment on column model.session_scenario.scenario_id is 'The scenario.';
