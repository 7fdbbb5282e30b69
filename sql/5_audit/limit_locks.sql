-- needs: audit.audited_run, plan.scenario_rule, plan.run_lock, plan.decision
-- grain: one row per (run_id, subject)

create view audit.limit_locks as

with obeyed as (
    select
        k.run_id, k.lock_id, k.site_id, k.lock_kind, k.option_id,
        (k.lock_kind not in ('force_out', 'keep'))::integer as due,
        count(d.decision_id) filter (
            where case k.lock_kind
                when 'fix_option' then d.option_id = k.option_id
                when 'keep' then d.action = 'remove'
                else true
            end
        ) as done,
        count(d.decision_id) as change_count,
        string_agg(d.option_id, ', ' order by d.phase) as option_ids
    from audit.audited_run as a
    join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'locks' and u.is_on
    join plan.run_lock as k on k.run_id = a.run_id
    left join plan.decision as d on d.run_id = k.run_id and d.site_id = k.site_id
    group by k.run_id, k.lock_id, k.site_id, k.lock_kind, k.option_id
)

select
    run_id,
    format('lock %s on site %s', lock_id, site_id) as subject,
    'lock_' || lock_kind as code,
    jsonb_build_object('lock_id', lock_id, 'site_id', site_id) || case lock_kind
        when 'force_in' then '{}'
        when 'fix_option' then jsonb_build_object('option_id', option_id, 'option_ids', option_ids)
        else jsonb_build_object('option_ids', option_ids)
    end as value,
    due::double precision as expected,
    done::double precision as found,
    case lock_kind
        when 'force_in' then done = 0
        when 'force_out' then done > 0
        when 'keep' then done > 0
        else done = 0 or change_count > done
    end as is_violated
from obeyed;

comment on view audit.limit_locks is 'Locks, and whether the plan obeys them.';
comment on column audit.limit_locks.run_id is 'The run.';
comment on column audit.limit_locks.subject is 'The lock and site, as the key that plan.run_constraint_slack has.';
comment on column audit.limit_locks.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_locks.value is 'The same in names and numbers: what the sentence takes beside expected and found.';
comment on column audit.limit_locks.expected is 'Changes the lock asks for: 1 or 0.';
comment on column audit.limit_locks.found is 'Changes there that count: any, or those to the option asked for.';
comment on column audit.limit_locks.is_violated is 'True where the plan breaks the rule.';
