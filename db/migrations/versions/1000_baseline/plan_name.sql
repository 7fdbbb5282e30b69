-- What rules and terms of the objective are called, for those who read plans; runs write it from the model.

create table plan.rule (
    rule text primary key,
    reading_order integer not null,
    topic text not null,
    title_en text not null,
    title_fr text not null,
    unit text,
    step double precision,
    constraint rule_limit_check check ((unit is null) = (step is null))
);
comment on table plan.rule is 'Rules, and definitions of what variables mean, as the model that made the latest run has them.';
comment on column plan.rule.rule is 'Name of the rule: its file in model/formulation/constraints or definitions.';
comment on column plan.rule.reading_order is 'Place in a list, from 1.';
comment on column plan.rule.topic is 'What it is about.';
comment on column plan.rule.title_en is 'Its name in English.';
comment on column plan.rule.title_fr is 'Its name in French.';
comment on column plan.rule.unit is 'Unit of its limit; null for a definition, which always holds.';
comment on column plan.rule.step is
    'By how much the limit is relaxed to learn its marginal value; null for a definition.';

create table plan.objective_term (
    term text primary key,
    reading_order integer not null,
    topic text not null,
    title_en text not null,
    title_fr text not null,
    is_cost boolean not null
);
comment on table plan.objective_term is 'Terms of the objective as the model that made the latest run has them.';
comment on column plan.objective_term.term is 'Name of the term, with the level behind it where it is of one level.';
comment on column plan.objective_term.reading_order is 'Place in a list, from 1.';
comment on column plan.objective_term.topic is 'What it is about.';
comment on column plan.objective_term.title_en is 'Its name in English.';
comment on column plan.objective_term.title_fr is 'Its name in French.';
comment on column plan.objective_term.is_cost is 'True where less is better.';
