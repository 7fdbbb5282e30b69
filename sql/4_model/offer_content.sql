-- needs: nothing
-- grain: one text: scenarios of the same name with the same one have the same rows in the tables of this room

create function model.offer_content(scenario bigint)
returns text
language plpgsql
stable
as $$
declare
    -- What the tables of this room do not depend on, whatever the others of a scenario say: the test of this
    -- function changes each. Whatever is not listed counts, so that a new parameter makes a new content.
    unread_tables constant text[] := '{
        scenario_objective, scenario_priority_level, scenario_target,
        scenario_area_limit, scenario_area_level_limit, scenario_coincidence, scenario_grid_upgrade,
        scenario_lead_time, scenario_connection_lead
    }';
    unread_columns constant text[] := '{
        scenario_id, content_sha256, resolved, created_at,
        mode, cost_limit_cad, money_scale_cad, publication_mip_gap_max,
        budget_cad, opex_limit_cad_per_year, discount_factor, budget_carries_over,
        hosting_capacity_factor, coincidence_from, equity_ratio_min, is_equity_in_every_phase,
        project_count_max, area_project_count_max
    }';
    unread_rules constant text[] := '{budget, cost_limit, opex_limit, min_coverage, grid_area_power}';
    part text;
    part_rows text;
    parts text[] := '{}';
begin
    for part in
        select c.relname
        from pg_class as c
        where c.relnamespace = 'plan'::regnamespace and c.relkind = 'r' and c.relname ~ '^scenario(_|$)' and c.relname <> all (unread_tables)
        order by c.relname
    loop
        execute format(
            $query$
                select coalesce(string_agg(r.fields::text, ' ' order by r.fields::text), '')
                from (select to_jsonb(p) - $2 as fields from plan.%I as p where p.scenario_id = $1) as r
                where coalesce(r.fields ->> 'rule' <> all ($3), true)
            $query$, part)
        into part_rows using scenario, unread_columns, unread_rules;
        parts := parts || part || part_rows;
    end loop;
    return md5(array_to_string(parts, ' '));
end
$$;

comment on function model.offer_content is 'What a scenario says of all that the tables of this room are made of, as one text.';
revoke execute on function model.offer_content from public;
