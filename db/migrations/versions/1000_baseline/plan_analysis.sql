-- Variations, frontiers, and why a plan is as it is.

create table plan.run_variation (
    run_id bigint not null references plan.run on delete cascade,
    parameter text not null,
    value double precision not null,
    base_value double precision not null,
    primary key (run_id, parameter)
);
comment on table plan.run_variation is 'What a sensitivity run changes against its parent.';
comment on column plan.run_variation.run_id is 'The run.';
comment on column plan.run_variation.parameter is 'Name of what is varied, as it was given.';
comment on column plan.run_variation.value is 'Its value in this run.';
comment on column plan.run_variation.base_value is 'Its value in the parent run.';

create table plan.pareto_frontier (
    frontier_id bigint generated always as identity primary key,
    run_id bigint not null references plan.run on delete cascade,
    point_count integer not null
);
comment on table plan.pareto_frontier is 'A Pareto frontier of coverage against net cost.';
comment on column plan.pareto_frontier.frontier_id is 'Number of the frontier.';
comment on column plan.pareto_frontier.run_id is 'The run of the scenario itself, which the points vary.';
comment on column plan.pareto_frontier.point_count is 'Points that were asked for.';

create table plan.pareto_point (
    frontier_id bigint not null references plan.pareto_frontier on delete cascade,
    point integer not null,
    run_id bigint not null references plan.run on delete cascade,
    cost_limit_cad double precision not null,
    primary key (frontier_id, point)
);
comment on table plan.pareto_point is 'Points of a frontier, each a run of its own.';
comment on column plan.pareto_point.frontier_id is 'The frontier.';
comment on column plan.pareto_point.point is 'Number of the point, cheapest first.';
comment on column plan.pareto_point.run_id is 'The run.';
comment on column plan.pareto_point.cost_limit_cad is 'Most net capital cost that the point may have.';

create table plan.run_constraint_slack (
    run_id bigint not null references plan.run on delete cascade,
    rule text not null,
    subject text not null,
    about jsonb not null,
    unit text not null,
    limit_value double precision,
    found_value double precision,
    slack double precision not null,
    row_count integer not null,
    binding_count integer not null,
    step double precision,
    marginal_value double precision,
    marginal_value_max double precision,
    marginal_value_method text,
    primary key (run_id, rule, subject)
);
comment on table plan.run_constraint_slack is
    'What each rule leaves in a plan: limit, what is found, slack; and its marginal value once explained.';
comment on column plan.run_constraint_slack.run_id is 'The run.';
comment on column plan.run_constraint_slack.rule is 'Name of the rule.';
comment on column plan.run_constraint_slack.subject is
    'What it speaks of: a phase, a node of the grid, or all of its rows together.';
comment on column plan.run_constraint_slack.about is
    'The same in codes and numbers, such as phase and grid_node_id; empty for many rows together.';
comment on column plan.run_constraint_slack.unit is 'Unit of limit, found and slack.';
comment on column plan.run_constraint_slack.limit_value is
    'What the rule allows or asks for; null for many rows together.';
comment on column plan.run_constraint_slack.found_value is 'What the plan has; null for many rows together.';
comment on column plan.run_constraint_slack.slack is 'What is left; 0 where the rule binds. The least of many rows.';
comment on column plan.run_constraint_slack.row_count is 'Rows of the model that stand behind it.';
comment on column plan.run_constraint_slack.binding_count is 'How many of them have no slack.';
comment on column plan.run_constraint_slack.step is 'By how much the rule was relaxed for the marginal value.';
comment on column plan.run_constraint_slack.marginal_value is 'Change of the objective when it is relaxed by a step.';
comment on column plan.run_constraint_slack.marginal_value_max is 'The change is not above this.';
comment on column plan.run_constraint_slack.marginal_value_method is
    'resolved: solved again with the rule relaxed; slack: it does not bind.';

create table plan.site_reason (
    run_id bigint not null references plan.run on delete cascade,
    site_id integer not null,
    loss_if_dropped double precision,
    loss_low double precision,
    loss_method text not null,
    primary key (run_id, site_id)
);
comment on table plan.site_reason is
    'What the objective loses when a site is left as it is and the rest is planned anew.';
comment on column plan.site_reason.run_id is 'The run.';
comment on column plan.site_reason.site_id is 'The site.';
comment on column plan.site_reason.loss_if_dropped is
    'Objective of the plan less that of the best plan found without the site.';
comment on column plan.site_reason.loss_low is
    'The loss is not below this, by the dual bound of the plans without the site.';
comment on column plan.site_reason.loss_method is 'resolved, or impossible: no plan can do without it.';

create table plan.alternative (
    run_id bigint not null references plan.run on delete cascade,
    alternative integer not null,
    objective double precision not null,
    loss_allowed_share double precision not null,
    shared_site_count integer not null,
    is_proven boolean not null,
    net_capex_cad double precision not null,
    primary key (run_id, alternative)
);
comment on table plan.alternative is
    'Plans nearly as good that share as few sites as possible with the plan and with each other.';
comment on column plan.alternative.run_id is 'The run.';
comment on column plan.alternative.alternative is 'Number of the alternative, from 1.';
comment on column plan.alternative.objective is 'Its value.';
comment on column plan.alternative.loss_allowed_share is 'Share of the plan''s objective that it may lose.';
comment on column plan.alternative.shared_site_count is 'Sites that it changes as well.';
comment on column plan.alternative.is_proven is 'True when no plan as good shares fewer.';
comment on column plan.alternative.net_capex_cad is 'Capital cost of its options less grants, after the caps on applications, and resale; grid upgrades apart.';

create table plan.alternative_decision (
    run_id bigint not null references plan.run on delete cascade,
    alternative integer not null,
    site_id integer not null,
    option_id text not null,
    phase integer not null,
    primary key (run_id, alternative, site_id),
    constraint alternative_decision_fkey foreign key (run_id, alternative) references plan.alternative (run_id, alternative) on delete cascade
);
comment on table plan.alternative_decision is 'What an alternative does.';
comment on column plan.alternative_decision.run_id is 'The run.';
comment on column plan.alternative_decision.alternative is 'Number of the alternative.';
comment on column plan.alternative_decision.site_id is 'The site.';
comment on column plan.alternative_decision.option_id is 'The option of model.site_option.';
comment on column plan.alternative_decision.phase is 'The phase of the project.';

create table plan.run_relaxation (
    run_id bigint not null references plan.run on delete cascade,
    remedy integer not null,
    rule text not null,
    subject text not null,
    unit text not null,
    limit_value double precision,
    needed_value double precision,
    amount double precision,
    amount_low double precision,
    words text not null,
    primary key (run_id, remedy, rule, subject)
);
comment on table plan.run_relaxation is
    'How far rules must give way before an infeasible scenario has a plan.';
comment on column plan.run_relaxation.run_id is 'The run.';
comment on column plan.run_relaxation.remedy is
    'Number of the remedy: 0 relaxes rules together, others one rule alone.';
comment on column plan.run_relaxation.rule is 'Name of the rule.';
comment on column plan.run_relaxation.subject is 'What it speaks of.';
comment on column plan.run_relaxation.unit is 'Unit of the figures.';
comment on column plan.run_relaxation.limit_value is 'What the rule allows or asks for.';
comment on column plan.run_relaxation.needed_value is
    'What it would have to; null when moving it alone does not help.';
comment on column plan.run_relaxation.amount is 'The difference, never negative.';
comment on column plan.run_relaxation.amount_low is 'No less is enough.';
comment on column plan.run_relaxation.words is 'The same as a sentence.';
