-- needs: raw.load_assumption, raw.load
-- grain: one row per (assumption_id)

create view staging.load_assumption as

select
    assumption_id,
    source,
    code,
    value
from raw.load_assumption
where load_id = (select load_id from raw.load where is_current);

comment on view staging.load_assumption is 'What the current load had to assume.';
comment on column staging.load_assumption.assumption_id is 'Number.';
comment on column staging.load_assumption.source is 'Kind of source that is missing or incomplete.';
comment on column staging.load_assumption.code is 'What is assumed instead: db/common/assumption.toml has the sentence.';
comment on column staging.load_assumption.value is 'What the sentence takes.';
