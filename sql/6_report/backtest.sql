-- needs: plan.backtest, plan.backtest_site, plan.backtest_candidate, plan.backtest_port, core.region
-- grain: one row per (backtest_id)

create view report.backtest as

with port as (
    select backtest_id, is_planned, site_number, sum(port_count) as port_count
    from plan.backtest_port
    group by backtest_id, is_planned, site_number
),

total as (
    select
        backtest_id,
        coalesce(sum(port_count) filter (where not is_planned), 0)::integer as built_port_count,
        coalesce(sum(port_count) filter (where is_planned), 0)::integer as planned_port_count,
        (count(*) filter (where not is_planned and port_count = 1))::integer as built_single_port_site_count,
        (count(*) filter (where is_planned and port_count = 1))::integer as planned_single_port_site_count
    from port
    group by backtest_id
)

select
    b.backtest_id,
    b.made_at,
    b.as_of,
    b.built_file,
    b.scenario_name,
    b.currency,
    b.spent_cad,
    b.net_capex_cad,
    b.mip_gap,
    b.record_count,
    b.known_count,
    b.outside_count,
    b.near_m,
    b.merge_m,
    s.built_site_count,
    c.planned_site_count,
    c.candidate_count,
    t.built_port_count,
    t.planned_port_count,
    t.built_port_count::double precision / s.built_site_count as built_ports_per_site,
    t.planned_port_count::double precision / nullif(c.planned_site_count, 0) as planned_ports_per_site,
    t.built_single_port_site_count,
    t.planned_single_port_site_count,
    row_number() over (order by b.backtest_id desc) = 1 as is_latest
from plan.backtest as b
join core.region as r using (region)
join total as t using (backtest_id)
cross join lateral (
    select count(*)::integer as built_site_count from plan.backtest_site as x where x.backtest_id = b.backtest_id
) as s
cross join lateral (
    select
        count(*)::integer as candidate_count,
        (count(*) filter (where x.is_planned))::integer as planned_site_count
    from plan.backtest_candidate as x
    where x.backtest_id = b.backtest_id
) as c;

comment on view report.backtest is 'Plans of the region on what was known at an earlier date, beside what was built since.';
comment on column report.backtest.backtest_id is 'Number of the backtest.';
comment on column report.backtest.made_at is 'When it was made.';
comment on column report.backtest.as_of is 'The last day of which anything was known.';
comment on column report.backtest.built_file is 'The file that says what was built.';
comment on column report.backtest.scenario_name is 'The scenario that was planned.';
comment on column report.backtest.currency is 'Currency of the sums, ISO 4217.';
comment on column report.backtest.spent_cad is 'What the built ports cost at the prices of the scenario: the budget of the plan.';
comment on column report.backtest.net_capex_cad is 'What the plan spends of it, net.';
comment on column report.backtest.mip_gap is 'Gap of the plan.';
comment on column report.backtest.record_count is 'Records of the file with a place and ports.';
comment on column report.backtest.known_count is 'Records of them that were in service at the date already.';
comment on column report.backtest.outside_count is 'Records of them outside the extent.';
comment on column report.backtest.near_m is 'A candidate this near to a built site counts as built on.';
comment on column report.backtest.merge_m is 'Records this near to each other are one site.';
comment on column report.backtest.built_site_count is 'Sites that were built.';
comment on column report.backtest.planned_site_count is 'Sites that the plan builds.';
comment on column report.backtest.candidate_count is 'Candidates within the extent.';
comment on column report.backtest.built_port_count is 'Ports that were built.';
comment on column report.backtest.planned_port_count is 'Ports that the plan builds.';
comment on column report.backtest.built_ports_per_site is 'Ports of a built site, on average.';
comment on column report.backtest.planned_ports_per_site is 'Ports of a planned site, on average; null where none is planned.';
comment on column report.backtest.built_single_port_site_count is 'Built sites with one port.';
comment on column report.backtest.planned_single_port_site_count is 'Planned sites with one port.';
comment on column report.backtest.is_latest is 'True for the latest backtest of the region.';
