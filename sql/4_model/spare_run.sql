-- needs: plan.run, plan.scenario, plan.adopted_run, plan.what_if
-- grain: one row per run that may be deleted

create function model.spare_run(keep_count bigint, older_than interval)
returns table (run_id bigint)
language sql
stable
begin atomic

-- a run and those that vary it, and those that vary them, stay or go together
with recursive family (run_id, root_run_id) as (
    select r.run_id, r.run_id
    from plan.run as r
    where not exists (select from plan.run as p where p.run_id = r.parent_run_id)
    union all
    select r.run_id, f.root_run_id
    from family as f
    join plan.run as r on r.parent_run_id = f.run_id
),

age as (
    select
        f.root_run_id,
        max(coalesce(r.finished_at, r.started_at)) as last_at,
        bool_or(r.status = 'running' or r.publication = 'pending') as is_at_work
    from family as f
    join plan.run as r using (run_id)
    group by f.root_run_id
),

ranked as (
    select a.*, row_number() over (order by a.last_at desc, a.root_run_id desc) as place
    from age as a
),

-- the plan that maps show where none is adopted; each what-if has a scenario of its own, whose last plan is nothing special
last_published as (
    select distinct on (s.load_id, s.name) r.run_id
    from plan.run as r
    join plan.scenario as s using (scenario_id)
    where r.publication = 'published' and r.parent_run_id is null
        and not exists (select from plan.what_if as w where w.run_id = r.run_id)
    order by s.load_id, s.name, r.run_id desc
),

held (root_run_id) as (
    select k.root_run_id
    from ranked as k
    where k.is_at_work or k.place <= $1 or k.last_at > now() - $2
    union
    select f.root_run_id
    from family as f
    where f.run_id in (table last_published) or f.run_id in (select a.run_id from plan.adopted_run as a)
    union
    -- what a plan that stays continues from
    select b.root_run_id
    from held as h
    join family as f using (root_run_id)
    join plan.run as r on r.run_id = f.run_id
    join plan.scenario as s using (scenario_id)
    join family as b on b.run_id = s.base_run_id
)

select f.run_id
from family as f
where f.root_run_id not in (table held);

end;

comment on function model.spare_run is 'Runs that nothing needs: neither among the latest so many nor younger than so long, neither adopted nor the last that its scenario published, nor what such a plan varies or continues from.';
revoke execute on function model.spare_run from public;
