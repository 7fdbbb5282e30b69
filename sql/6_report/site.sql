-- needs: core.site
-- grain: one row per (site_id)

create view report.site as

select
    site_id,
    name,
    operator,
    is_existing,
    concat_ws(' ', nullif(name, ''), '(' || site_id || ')') as label,
    geom::geometry(Point, :metric_srid) as geom
from core.site;

comment on view report.site is 'Every place that a plan may decide on, and that a lock may name: stations of today and candidates.';
comment on column report.site.site_id is 'Number of the site; it stays when data are loaded anew.';
comment on column report.site.name is 'Name, untrusted text.';
comment on column report.site.operator is 'Operator of an existing station, untrusted text.';
comment on column report.site.is_existing is 'True where a station stands today.';
comment on column report.site.label is 'Name and number, to choose from.';
comment on column report.site.geom is 'Place.';
