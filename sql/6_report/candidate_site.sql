-- needs: core.site, core.candidate_site, analysis.candidate_score, core.site_profile, core.site_exclusion
-- grain: one row per (site_id)

create view report.candidate_site as

select
    s.site_id,
    c.candidate_key,
    s.name,
    c.candidate_kind,
    c.poi_count,
    c.parking_count,
    k.score,
    k.land_use_score,
    k.transit_score,
    k.road_score,
    k.grid_score,
    o.address,
    o.city,
    o.owner_class,
    o.lon,
    o.lat,
    o.parking_space_count,
    o.opening_hours,
    o.surroundings,
    o.exclusion,
    x.is_hard as is_excluded,
    o.street_class,
    o.street_m,
    o.three_phase_m,
    o.substation_m,
    c.geom::geometry(Point, :metric_srid) as geom
from core.site as s
join core.candidate_site as c on c.candidate_key = s.site_key
join core.site_profile as o using (site_id)
left join core.site_exclusion as x using (site_id)
left join analysis.candidate_score as k using (site_id);

comment on view report.candidate_site is 'Where a station could be built, with how good the place looks before any model.';
comment on column report.candidate_site.site_id is 'The site, as a lock names it.';
comment on column report.candidate_site.candidate_key is 'Key of the candidate.';
comment on column report.candidate_site.name is 'Name, untrusted text.';
comment on column report.candidate_site.candidate_kind is 'Kind of place, or junction.';
comment on column report.candidate_site.poi_count is 'Points of interest it stands for.';
comment on column report.candidate_site.parking_count is 'Car parks it stands for.';
comment on column report.candidate_site.score is 'Weighted mean of the scores, in [0, 1].';
comment on column report.candidate_site.land_use_score is 'Land use and kind of place.';
comment on column report.candidate_site.transit_score is 'Transit within a walk; null where none is known.';
comment on column report.candidate_site.road_score is 'Best road class nearby.';
comment on column report.candidate_site.grid_score is 'Nearness of the grid; null where none is known.';
comment on column report.candidate_site.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.candidate_site.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.candidate_site.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.candidate_site.lon is 'Longitude, degrees.';
comment on column report.candidate_site.lat is 'Latitude, degrees.';
comment on column report.candidate_site.parking_space_count is 'Places for cars near; null where not known.';
comment on column report.candidate_site.opening_hours is 'Opening hours as the map has them.';
comment on column report.candidate_site.surroundings is 'Land use of the map there.';
comment on column report.candidate_site.exclusion is 'What makes it unfit for building; null for nothing.';
comment on column report.candidate_site.is_excluded is 'True where nothing is built for that, unless a scenario asks for it; null without exclusion.';
comment on column report.candidate_site.street_class is 'Class of the nearest street.';
comment on column report.candidate_site.street_m is 'Distance to it.';
comment on column report.candidate_site.three_phase_m is 'Distance to three-phase supply; null where none is known near.';
comment on column report.candidate_site.substation_m is 'Distance to the nearest transformer station; null where none is known.';
comment on column report.candidate_site.geom is 'Place.';
