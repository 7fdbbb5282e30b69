-- needs: plan.run, plan.decision, plan.site_reason, plan.run_objective_term, report.site_gain, model.scenario, core.site_profile
-- grain: one row per (run_id, site_id)

create view report.site_reason as

with gained as (
    select
        n.run_id,
        n.site_id,
        sum(w.weight_share * n.only_weight_share) as gain_share
    from report.site_gain as n
    left join (
        select run_id, term, weight / nullif(sum(weight) over (partition by run_id), 0) as weight_share
        from plan.run_objective_term where term like 'coverage.%'
    ) as w on w.run_id = n.run_id and w.term = 'coverage.' || n.level
    group by n.run_id, n.site_id
)

select
    r.run_id * 10000000000 + d.site_id as site_reason_id,
    r.run_id,
    d.site_id,
    d.site_name as name,
    d.action,
    d.phase,
    m.net_cad as net_capex_cad,
    p.loss_if_dropped,
    p.loss_low,
    p.loss_method,
    g.gain_share / nullif(greatest(m.net_cad, 0), 0) * 100000 as gain_per_100k_cad,
    o.address,
    o.city,
    o.owner_class,
    o.lon,
    o.lat,
    d.geom::geometry(Point, :metric_srid) as geom
from plan.run as r
join model.scenario as s using (scenario_id)
join plan.decision as d using (run_id)
cross join lateral (select d.capex_cad - d.grant_cad - d.resale_cad as net_cad) as m
left join core.site_profile as o on o.site_id = d.site_id
left join gained as g on g.run_id = r.run_id and g.site_id = d.site_id
left join plan.site_reason as p on p.run_id = r.run_id and p.site_id = d.site_id
where r.publication = 'published';

comment on view report.site_reason is 'Why a published plan changes a site: its cost, and what is lost without it once explained; report.site_gain has the people that it covers.';
comment on column report.site_reason.site_reason_id is 'Key for GIS clients: run and site.';
comment on column report.site_reason.run_id is 'The run.';
comment on column report.site_reason.site_id is 'The site.';
comment on column report.site_reason.name is 'Name of the site at the time, untrusted text.';
comment on column report.site_reason.action is 'expand, upgrade, build or remove.';
comment on column report.site_reason.phase is 'Phase of the project.';
comment on column report.site_reason.net_capex_cad is 'Capital cost less grants and resale.';
comment on column report.site_reason.loss_if_dropped is 'Objective of the plan less that of the best plan found without the site; null until explained.';
comment on column report.site_reason.loss_low is 'The loss is not below this.';
comment on column report.site_reason.loss_method is 'resolved, or impossible: no plan can do without it; null until explained.';
comment on column report.site_reason.gain_per_100k_cad is 'Weighted coverage that it alone brings, as a share of all demand, per 100,000 CAD net.';
comment on column report.site_reason.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.site_reason.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.site_reason.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.site_reason.lon is 'Longitude, degrees.';
comment on column report.site_reason.lat is 'Latitude, degrees.';
comment on column report.site_reason.geom is 'Place.';
