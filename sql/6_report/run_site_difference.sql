-- needs: plan.decision, plan.run, plan.scenario
-- grain: one row per site that either plan changes

create function report.run_site_difference(a bigint, b bigint)
returns table (
    site_id integer, name text, difference text, action_a text, action_b text, option_a text, option_b text,
    phase_a integer, phase_b integer, net_cad_a double precision, net_cad_b double precision
)
language sql stable
begin atomic
    -- a plan stands on the plans that it continues: what these have decided is there in it, too
    with recursive part as (
        select v.run_id, v.run_id as part_run_id, 0 as step
        from unnest(array[a, b]) as v (run_id)
        union
        select p.run_id, s.base_run_id, p.step + 1
        from part as p
        join plan.run as r on r.run_id = p.part_run_id
        join plan.scenario as s on s.scenario_id = r.scenario_id
        where s.base_run_id is not null
    ),
    standing as (
        select distinct on (p.run_id, d.site_id) p.run_id as plan_run_id, p.step > 0 as is_inherited, d.*
        from part as p
        join plan.decision as d on d.run_id = p.part_run_id
        order by p.run_id, d.site_id, p.step
    )
    select
        coalesce(x.site_id, y.site_id),
        coalesce(y.site_name, x.site_name),
        case when x.decision_id = y.decision_id and a <> b then 'inherited'
            when x.site_id is null then 'added'
            when y.site_id is null then 'removed'
            when (x.option_id, x.phase) <> (y.option_id, y.phase) then 'changed'
            else 'same' end,
        x.action,
        y.action,
        x.option_id,
        y.option_id,
        x.phase,
        y.phase,
        x.capex_cad - x.grant_cad - x.resale_cad,
        y.capex_cad - y.grant_cad - y.resale_cad
    from (select * from standing where plan_run_id = a) as x
    full join (select * from standing where plan_run_id = b) as y on y.site_id = x.site_id
    where not coalesce(x.is_inherited, true) or not coalesce(y.is_inherited, true)
    order by 3, 1;
end;

comment on function report.run_site_difference is 'What plan b does at which sites against plan a: added, removed, changed (another option or phase), same, or inherited, where one plan continues the other and builds on what it decided.';
