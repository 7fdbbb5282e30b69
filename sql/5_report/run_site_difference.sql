-- needs: plan.decision
-- grain: one row per site that either plan changes

create function report.run_site_difference(a bigint, b bigint)
returns table (
    site_id integer, name text, difference text, action_a text, action_b text, option_a text, option_b text,
    phase_a integer, phase_b integer, net_cad_a double precision, net_cad_b double precision
)
language sql stable
begin atomic
    select
        coalesce(x.site_id, y.site_id),
        coalesce(y.site_name, x.site_name),
        case when x.site_id is null then 'added' when y.site_id is null then 'removed'
            when (x.option_id, x.phase) <> (y.option_id, y.phase) then 'changed' else 'same' end,
        x.action,
        y.action,
        x.option_id,
        y.option_id,
        x.phase,
        y.phase,
        x.capex_cad - x.grant_cad - x.resale_cad,
        y.capex_cad - y.grant_cad - y.resale_cad
    from (select * from plan.decision where run_id = a) as x
    full join (select * from plan.decision where run_id = b) as y on y.site_id = x.site_id
    order by 3, 1;
end;

comment on function report.run_site_difference is 'What plan b does at which sites against plan a: added, removed, changed (another option or phase) or same.';
