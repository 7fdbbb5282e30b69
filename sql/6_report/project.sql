-- needs: report.station_plan, report.decision_port, report.run_charger, report.site_gain, report.run_level, report.site_reason, report.served_demand,
--   report.run_analysis, report.robust_site, report.phase_budget
-- grain: one row per (run_id, site_id)

create view report.project as

-- ports that come and go, by charger type
with port as (
    select
        p.run_id, p.site_id,
        string_agg(p.charger_type || '=' || n.change, '+' order by c.place) filter (where n.change > 0) as ports_added,
        string_agg(p.charger_type || '=' || -n.change, '+' order by c.place) filter (where n.change < 0) as ports_removed,
        sum(n.change) filter (where n.change > 0) as port_count_added,
        sum(-n.change) filter (where n.change < 0) as port_count_removed
    from report.decision_port as p
    join report.run_charger as c on c.run_id = p.run_id and c.charger_type = p.charger_type
    cross join lateral (select p.port_count_after - p.port_count_before as change) as n
    group by p.run_id, p.site_id
),

-- of the level at which most people are covered by it alone: levels are not added up, as the same people count at each
gain as (
    select distinct on (g.run_id, g.site_id)
        g.run_id, g.site_id, g.level, g.population, g.only_population, g.only_weight_share
    from report.site_gain as g
    join report.run_level as l on l.run_id = g.run_id and l.level = g.level
    order by g.run_id, g.site_id, g.only_population desc nulls last, g.only_weight_share desc, l.place desc
),

served as (
    select d.run_id, d.site_id, d.phase, sum(d.sessions_per_h) as sessions_per_h
    from report.served_demand as d
    group by d.run_id, d.site_id, d.phase
),

varied as (
    select a.run_id, r.site_id, r.chosen_count, r.run_count
    from report.run_analysis as a
    cross join lateral (select * from report.robust_site where parent_run_id = a.sensitivity_run_id) as r
)

select
    -- the same in every query, whatever is filtered
    s.run_id * 10000000000 + s.site_id as project_id,
    s.run_id,
    s.scenario_name,
    (
        row_number() over (
            partition by s.run_id
            -- of what is shown: sums differ in their last digits from server to server
            order by
                s.phase, round(g.only_population::numeric) desc nulls last, round(g.only_weight_share::numeric, 9) desc nulls last,
                round(s.capex_cad::numeric) desc, s.site_id
        )
    )::integer as project_number,
    s.phase,
    b.year,
    s.site_id,
    s.name,
    s.planning_area,
    s.action,
    coalesce(p.ports_added, '') as ports_added,
    coalesce(p.ports_removed, '') as ports_removed,
    coalesce(p.port_count_added, 0)::integer as port_count_added,
    coalesce(p.port_count_removed, 0)::integer as port_count_removed,
    s.ports_before,
    s.ports_after,
    s.port_count_before,
    s.port_count_after,
    s.kw_before,
    s.kw_after,
    s.added_kw,
    s.capex_cad,
    s.grant_cad,
    s.resale_cad,
    s.net_capex_cad,
    s.opex_change_cad_per_year,
    v.sessions_per_h,
    g.level as gain_level,
    g.population as gain_population,
    g.only_population,
    case
        when r.loss_method = 'impossible' then 'needed'
        when s.action = 'remove' then 'alternatives'
        when g.only_weight_share > 0 then 'people_alone'
        when g.population > 0 then 'people_shared'
        when v.sessions_per_h > 0 then 'sessions'
        else 'other'
    end as reason,
    r.loss_if_dropped,
    r.loss_low,
    r.loss_method,
    r.gain_per_100k_cad,
    -- an analysis may have solved the scenario once more, to another plan as good
    case when max(f.run_count) over of_run is not null then coalesce(f.chosen_count, 0) end as chosen_count,
    max(f.run_count) over of_run as run_count,
    s.address,
    s.city,
    s.owner_class,
    s.lon,
    s.lat,
    s.geom
from report.station_plan as s
join report.phase_budget as b on b.run_id = s.run_id and b.phase = s.phase
join report.site_reason as r on r.run_id = s.run_id and r.site_id = s.site_id
left join port as p on p.run_id = s.run_id and p.site_id = s.site_id
left join gain as g on g.run_id = s.run_id and g.site_id = s.site_id
-- at the end of the plan, as the people that it covers
left join served as v
    on v.run_id = s.run_id and v.site_id = s.site_id and v.phase = (select max(e.phase) from report.phase_budget as e where e.run_id = s.run_id)
left join varied as f on f.run_id = s.run_id and f.site_id = s.site_id
where s.action <> 'keep'
window of_run as (partition by s.run_id);

comment on view report.project is
    'The projects of each published plan by their numbers: what, where, when, for how much, for whom and how sure; report.decision_port has the ports in rows.';
comment on column report.project.project_id is 'Key for GIS clients: run and site.';
comment on column report.project.run_id is 'The run.';
comment on column report.project.scenario_name is 'Name of the scenario.';
comment on column report.project.project_number is
    'Number of the project in its plan, from 1: by phase, within it those first that cover most people by themselves, then the dearest; explaining or varying a plan changes no number.';
comment on column report.project.phase is 'Phase of the project.';
comment on column report.project.year is 'Calendar year of the phase.';
comment on column report.project.site_id is 'The site.';
comment on column report.project.name is 'Name of the site at the time, untrusted text.';
comment on column report.project.planning_area is 'Municipality.';
comment on column report.project.action is 'expand, upgrade, build or remove.';
comment on column report.project.ports_added is 'New ports as charger_type=count, joined by +; empty for none.';
comment on column report.project.ports_removed is 'Ports that go, likewise.';
comment on column report.project.port_count_added is 'All new ports.';
comment on column report.project.port_count_removed is 'All ports that go.';
comment on column report.project.ports_before is 'Ports before the plan as charger_type=count, joined by +; empty for none.';
comment on column report.project.ports_after is 'Ports after it, likewise.';
comment on column report.project.port_count_before is 'All ports before the plan.';
comment on column report.project.port_count_after is 'All ports after it.';
comment on column report.project.kw_before is 'Power of all ports before the plan.';
comment on column report.project.kw_after is 'Power of all ports after it.';
comment on column report.project.added_kw is 'Change of the connected power.';
comment on column report.project.capex_cad is 'Capital cost, gross.';
comment on column report.project.grant_cad is 'Grants.';
comment on column report.project.resale_cad is 'What removed equipment brings.';
comment on column report.project.net_capex_cad is 'Capital cost less grants and resale.';
comment on column report.project.opex_change_cad_per_year is 'Change of the running cost.';
comment on column report.project.sessions_per_h is
    'Sessions that the whole station serves in the busiest hour at the end of the plan, all levels; null where the plan counts no sessions, or none there.';
comment on column report.project.gain_level is 'Level at which the project covers most people by itself; null where it covers none newly.';
comment on column report.project.gain_population is
    'People newly covered by it at that level, by it alone or by others too; null for reference points.';
comment on column report.project.only_population is 'Those of them that no other station covers; null for reference points.';
comment on column report.project.reason is
    'Why it is there, the first that holds: needed, no plan can do without it; alternatives, others near by serve what it served; people_alone, it covers people newly that no other station covers; people_shared, it does so with others; sessions, it serves charging sessions; other.';
comment on column report.project.loss_if_dropped is 'Objective of the plan less that of the best plan found without the site; null until explained.';
comment on column report.project.loss_low is 'The loss is not below this.';
comment on column report.project.loss_method is 'resolved, or impossible: no plan can do without it; null until explained.';
comment on column report.project.gain_per_100k_cad is 'Weighted coverage that it alone brings, as a share of all demand, per 100,000 CAD net.';
comment on column report.project.chosen_count is
    'Plans of the sensitivity analysis that change the site, this one included; null where the plan was not varied.';
comment on column report.project.run_count is 'Plans compared, this one included; null where the plan was not varied.';
comment on column report.project.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.project.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.project.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.project.lon is 'Longitude, degrees.';
comment on column report.project.lat is 'Latitude, degrees.';
comment on column report.project.geom is 'Place.';
