-- needs: model.lock, plan.site_lock
-- grain: one row per (scenario_id, lock_id, other_lock_id)

create view model.lock_conflict as

select
    a.scenario_id,
    a.lock_id,
    b.lock_id as other_lock_id,
    a.site_id,
    k.lock_kind,
    k.option_id,
    h.lock_kind as other_lock_kind,
    h.option_id as other_option_id
from model.lock as a
join model.lock as b on b.scenario_id = a.scenario_id and b.site_id = a.site_id and b.lock_id > a.lock_id
join plan.site_lock as k on k.lock_id = a.lock_id
join plan.site_lock as h on h.lock_id = b.lock_id
where (a.lock_kind = 'force_out' and b.lock_kind in ('force_in', 'fix_option'))
    or (b.lock_kind = 'force_out' and a.lock_kind in ('force_in', 'fix_option'))
    or (a.lock_kind = 'fix_option' and b.lock_kind = 'fix_option' and a.option_id <> b.option_id)
    or (a.lock_kind = 'keep' and b.option_action = 'remove')
    or (b.lock_kind = 'keep' and a.option_action = 'remove');

comment on view model.lock_conflict is 'Pairs of locks of one site that no plan can obey together.';
comment on column model.lock_conflict.scenario_id is 'The scenario.';
comment on column model.lock_conflict.lock_id is 'The lock: plan.site_lock.';
comment on column model.lock_conflict.other_lock_id is 'The lock that contradicts it, drawn later.';
comment on column model.lock_conflict.site_id is 'The site of both.';
comment on column model.lock_conflict.lock_kind is 'What the first lock asks for, as it was drawn: force_in, must_change, force_out or fix_option.';
comment on column model.lock_conflict.option_id is 'The option of the first lock, for fix_option.';
comment on column model.lock_conflict.other_lock_kind is 'What the other one asks for.';
comment on column model.lock_conflict.other_option_id is 'The option of the other one, for fix_option.';
