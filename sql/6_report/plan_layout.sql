-- needs: report.plan_port
-- grain: one row per (run_id, site_id)

create view report.plan_layout as

select
    run_id,
    site_id,
    coalesce(
        string_agg(charger_type || '=' || port_count_before, '+' order by level_rank, charger_type collate "C") filter (where port_count_before > 0), ''
    ) as ports_before,
    coalesce(
        string_agg(charger_type || '=' || port_count_after, '+' order by level_rank, charger_type collate "C") filter (where port_count_after > 0), ''
    ) as ports_after,
    sum(port_count_before)::integer as port_count_before,
    sum(port_count_after)::integer as port_count_after,
    (array_agg(level order by level_rank desc) filter (where port_count_before > 0))[1] as top_level_before,
    (array_agg(level order by level_rank desc) filter (where port_count_after > 0))[1] as top_level_after,
    sum(port_count_before * port_kw) as kw_before,
    sum(port_count_after * port_kw) as kw_after
from report.plan_port
group by run_id, site_id;

comment on view report.plan_layout is 'Ports of a site before a plan and at its end, all types together.';
comment on column report.plan_layout.run_id is 'The run, published or kept.';
comment on column report.plan_layout.site_id is 'The site.';
comment on column report.plan_layout.ports_before is 'Ports before the plan as charger_type=count, joined by +; empty for none.';
comment on column report.plan_layout.ports_after is 'Ports at its end, likewise.';
comment on column report.plan_layout.port_count_before is 'All ports before the plan.';
comment on column report.plan_layout.port_count_after is 'All ports at its end.';
comment on column report.plan_layout.top_level_before is 'Level of the highest rank before the plan; null without ports.';
comment on column report.plan_layout.top_level_after is 'Level of the highest rank at its end; null without ports.';
comment on column report.plan_layout.kw_before is 'Power of all ports before the plan.';
comment on column report.plan_layout.kw_after is 'Power of all ports at its end.';
