-- needs: model.site_level
-- grain: rows: the sites of one scenario where a level stands or could stand

create function model.possible_site(scenario bigint)
returns table (level text, site_id integer, is_present_before boolean)
language sql stable rows 4000
-- a function with a setting is not unfolded: the planner would take its rows for a handful and join them one by one
set jit = off
begin atomic
    select s.level, s.site_id, s.is_present_before
    from model.site_level as s
    where s.scenario_id = possible_site.scenario and s.is_possible;
end;

comment on function model.possible_site is 'Sites where a level stands or some option brings it, and whether it stands there before the plan.';
