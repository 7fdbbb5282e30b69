-- needs: plan.rule
-- grain: one row per (rule)

create view report.rule_title as

select reading_order as rule_title_id, rule, topic, title_en, title_fr, unit, step, unit is null as is_definition
from plan.rule;

comment on view report.rule_title is 'What rules are called: those that a scenario may switch off, and definitions of what variables mean.';
comment on column report.rule_title.rule_title_id is 'Place in a list.';
comment on column report.rule_title.rule is 'Name of the rule.';
comment on column report.rule_title.topic is 'What it is about.';
comment on column report.rule_title.title_en is 'Its name in English.';
comment on column report.rule_title.title_fr is 'Its name in French.';
comment on column report.rule_title.unit is 'Unit of its limit; null for a definition.';
comment on column report.rule_title.step is 'By how much the limit is relaxed to learn its marginal value.';
comment on column report.rule_title.is_definition is 'True where no scenario can switch it off.';
