-- needs: plan.backtest_site, plan.backtest_candidate, plan.backtest_port, report.backtest
-- grain: one row per (backtest_site_id)

create view report.backtest_site as

with site as (
    select backtest_id, false as is_planned, built_id as site_number, name, geom from plan.backtest_site
    union all
    select backtest_id, true, candidate_id, name, geom from plan.backtest_candidate where is_planned
),

port as (
    select backtest_id, is_planned, site_number, sum(port_count)::integer as port_count
    from plan.backtest_port
    group by backtest_id, is_planned, site_number
)

select
    row_number() over (order by s.backtest_id, s.is_planned, s.site_number) as backtest_site_id,
    s.backtest_id,
    case when s.is_planned then 'planned' else 'built' end as side,
    s.name,
    p.port_count,
    n.distance_m,
    s.geom::geometry(Point, :metric_srid) as geom
from site as s
join report.backtest as b using (backtest_id)
left join port as p using (backtest_id, is_planned, site_number)
left join lateral (
    select st_distance(o.geom, s.geom) as distance_m
    from site as o
    where o.backtest_id = s.backtest_id and o.is_planned <> s.is_planned
    order by o.geom <-> s.geom, o.site_number
    limit 1
) as n on true
where st_srid(s.geom) = :metric_srid;

comment on view report.backtest_site is 'Sites that were built and sites that were planned by a backtest.';
comment on column report.backtest_site.backtest_site_id is 'Key for GIS clients.';
comment on column report.backtest_site.backtest_id is 'The backtest.';
comment on column report.backtest_site.side is 'built or planned.';
comment on column report.backtest_site.name is 'Name, untrusted text.';
comment on column report.backtest_site.port_count is 'New ports.';
comment on column report.backtest_site.distance_m is 'Straight line to the nearest of the other side; null where there is none.';
comment on column report.backtest_site.geom is 'Place.';
