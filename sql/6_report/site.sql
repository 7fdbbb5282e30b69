-- needs: core.site, core.charging_station, core.site_profile
-- grain: one row per (site_id)

create view report.site as

select
    site_id,
    s.name,
    s.operator,
    s.is_existing,
    k.status_reason,
    k.status_as_of,
    o.address,
    o.city,
    o.owner_class,
    o.lon,
    o.lat,
    o.kw,
    concat_ws(' ', nullif(s.name, ''), '(' || site_id || ')') as label,
    s.geom::geometry(Point, :metric_srid) as geom
from core.site as s
join core.site_profile as o using (site_id)
left join core.charging_station as k on k.station_key = s.site_key;

comment on view report.site is 'Every place that a plan may decide on, and that a lock may name: stations of today and candidates.';
comment on column report.site.site_id is 'Number of the site; it stays when data are loaded anew.';
comment on column report.site.name is 'Name, untrusted text.';
comment on column report.site.operator is 'Operator of an existing station, untrusted text.';
comment on column report.site.is_existing is 'True where a station stands today.';
comment on column report.site.status_reason is 'Why a station is in service though not sure: core.station_status; null where there is nothing to say.';
comment on column report.site.status_as_of is 'Day as of which it is in service; null for a candidate, and where unknown.';
comment on column report.site.label is 'Name and number, to choose from.';
comment on column report.site.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.site.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.site.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.site.lon is 'Longitude, degrees.';
comment on column report.site.lat is 'Latitude, degrees.';
comment on column report.site.kw is 'Power of its ports today; null where none stand or that of any is not known.';
comment on column report.site.geom is 'Place.';
