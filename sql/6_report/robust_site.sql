-- needs: plan.run_variation, plan.run, plan.decision, model.scenario, core.site, core.site_profile
-- grain: one row per (parent_run_id, site_id)

create view report.robust_site as

with compared as (
    select distinct r.parent_run_id, r.run_id
    from plan.run_variation as v
    join plan.run as r using (run_id)
    where r.publication = 'published' and not r.is_parent_plan
    union
    select r.parent_run_id, r.parent_run_id
    from plan.run_variation as v
    join plan.run as r using (run_id)
),

counted as (
    select parent_run_id, run_id, count(*) over (partition by parent_run_id) as run_count
    from compared
)

select
    c.parent_run_id * 10000000000 + d.site_id as robust_site_id,
    c.parent_run_id,
    d.site_id,
    t.name,
    c.run_count::integer as run_count,
    count(distinct c.run_id)::integer as chosen_count,
    count(distinct c.run_id) = c.run_count as is_robust,
    string_agg(distinct d.action, ', ' order by d.action) as actions,
    o.address,
    o.city,
    o.owner_class,
    o.lon,
    o.lat,
    t.geom::geometry(Point, :metric_srid) as geom
from counted as c
join plan.run as p on p.run_id = c.parent_run_id
join model.scenario as s on s.scenario_id = p.scenario_id
join plan.decision as d on d.run_id = c.run_id
join core.site as t on t.site_id = d.site_id
join core.site_profile as o on o.site_id = d.site_id
group by c.parent_run_id, c.run_count, d.site_id, t.name, t.geom, o.address, o.city, o.owner_class, o.lon, o.lat;

comment on view report.robust_site is 'How often a site is chosen in a run and its sensitivity runs: one chosen in all of them is not regretted whatever comes.';
comment on column report.robust_site.robust_site_id is 'Key for GIS clients: run and site.';
comment on column report.robust_site.parent_run_id is 'The run that was varied.';
comment on column report.robust_site.site_id is 'The site.';
comment on column report.robust_site.name is 'Its name, untrusted text.';
comment on column report.robust_site.run_count is 'Plans that are compared, the parent''s included.';
comment on column report.robust_site.chosen_count is 'Plans that change the site.';
comment on column report.robust_site.is_robust is 'True when all do.';
comment on column report.robust_site.actions is 'What they do there.';
comment on column report.robust_site.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.robust_site.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.robust_site.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.robust_site.lon is 'Longitude, degrees.';
comment on column report.robust_site.lat is 'Latitude, degrees.';
comment on column report.robust_site.geom is 'Place.';
