-- needs: plan.run, plan.scenario, core.region
-- grain: one row per (run_id): runs with a plan on the data that is loaded

create table audit.audited_run as

select r.run_id, r.scenario_id, n.demand_kind, n.distance_kind
from plan.run as r
join plan.scenario as n on n.scenario_id = r.scenario_id
join core.region as g on g.load_id = n.load_id
where r.status in ('optimal', 'feasible');

comment on table audit.audited_run is 'Runs whose plans can be audited: those of other loads speak of sites that are gone.';
comment on column audit.audited_run.run_id is 'The run.';
comment on column audit.audited_run.scenario_id is 'Its resolved scenario.';
comment on column audit.audited_run.demand_kind is 'cell or reference_point.';
comment on column audit.audited_run.distance_kind is 'road or straight_line.';
