-- needs: staging.load, core.setting, core.region_outline
-- grain: one row per (region)

create materialized view core.region as

with setting as (
    select jsonb_object_agg(setting, value) as value
    from core.setting
    where level is null and feature is null
)

select
    l.region,
    l.title,
    l.is_synthetic,
    l.load_id,
    l.metric_srid,
    l.currency,
    (s.value ->> 'hexagon_edge_m')::double precision as hexagon_edge_m,
    (s.value ->> 'station_merge_m')::double precision as station_merge_m,
    (s.value ->> 'candidate_cluster_m')::double precision as candidate_cluster_m,
    (s.value ->> 'candidate_gap_m')::double precision as candidate_gap_m,
    (s.value ->> 'road_distance_max_m')::double precision as road_distance_max_m,
    (s.value ->> 'access_speed_kmh')::double precision as access_speed_kmh,
    (s.value ->> 'access_max_m')::double precision as access_max_m,
    (s.value ->> 'transit_walk_m')::double precision as transit_walk_m,
    (s.value ->> 'hosting_capacity_assumed_share')::double precision as hosting_capacity_assumed_share,
    (s.value ->> 'grid_peak_assumed_kw_per_person')::double precision as grid_peak_assumed_kw_per_person,
    (s.value ->> 'feeder_power_factor')::double precision as feeder_power_factor,
    (s.value ->> 'feeder_join_m')::double precision as feeder_join_m,
    (s.value ->> 'feeder_line_buffer_m')::double precision as feeder_line_buffer_m,
    (s.value ->> 'feeder_reach_m')::double precision as feeder_reach_m,
    (s.value ->> 'feeder_assumed_share')::double precision as feeder_assumed_share,
    (s.value ->> 'coordinate_margin_m')::double precision as coordinate_margin_m,
    (s.value ->> 'data_age_max_year')::double precision as data_age_max_year,
    (s.value ->> 'address_beyond_share_min')::double precision as address_beyond_share_min,
    (s.value ->> 'growth_window_day')::double precision as growth_window_day,
    (s.value ->> 'growth_tail_share')::double precision as growth_tail_share,
    (s.value ->> 'growth_horizon_year')::double precision as growth_horizon_year,
    (s.value ->> 'population_annual_growth_share')::double precision as population_annual_growth_share,
    (s.value ->> 'site_address_max_m')::double precision as site_address_max_m,
    (s.value ->> 'site_street_max_m')::double precision as site_street_max_m,
    (s.value ->> 'choice_distance_offset_m')::double precision as choice_distance_offset_m,
    (s.value ->> 'choice_distance_exponent')::double precision as choice_distance_exponent,
    (s.value ->> 'given_suitability_share')::double precision as given_suitability_share,
    (s.value ->> 'junction_suitability_share')::double precision as junction_suitability_share,
    (s.value ->> 'unknown_suitability_share')::double precision as unknown_suitability_share,
    (s.value ->> 'land_use_score_weight')::double precision as land_use_score_weight,
    (s.value ->> 'transit_score_weight')::double precision as transit_score_weight,
    (s.value ->> 'road_score_weight')::double precision as road_score_weight,
    (s.value ->> 'grid_score_weight')::double precision as grid_score_weight,
    (s.value ->> 'people_score_weight')::double precision as people_score_weight,
    (s.value ->> 'people_near_m')::double precision as people_near_m,
    (s.value ->> 'people_score_full_share')::double precision as people_score_full_share,
    (s.value ->> 'transit_score_full_share')::double precision as transit_score_full_share,
    (s.value ->> 'grid_distance_max_m')::double precision as grid_distance_max_m,
    (s.value ->> 'urban_density_min_per_km2')::double precision as urban_density_min_per_km2,
    (s.value ->> 'urban_radius_m')::double precision as urban_radius_m,
    (s.value ->> 'apartment_share_min')::double precision as apartment_share_min,
    (s.value ->> 'near_charger_m')::double precision as near_charger_m,
    (s.value ->> 'low_income_share')::double precision as low_income_share,
    (s.value ->> 'corridor_step_m')::double precision as corridor_step_m,
    (s.value ->> 'soft_exclusion_share')::double precision as soft_exclusion_share,
    (s.value ->> 'parking_space_m2')::double precision as parking_space_m2,
    (s.value ->> 'supply_voltage_max_kv')::double precision as supply_voltage_max_kv,
    (s.value ->> 'supply_distance_max_m')::double precision as supply_distance_max_m,
    (s.value ->> 'service_area_band_count')::double precision as service_area_band_count,
    (s.value ->> 'session_counted_min')::double precision as session_counted_min,
    (s.value ->> 'session_counted_max_h')::double precision as session_counted_max_h,
    (s.value ->> 'session_counted_kwh')::double precision as session_counted_kwh,
    (s.value ->> 'session_port_day_min')::double precision as session_port_day_min,
    (s.value ->> 'session_renamed_day_max')::double precision as session_renamed_day_max,
    (s.value ->> 'session_renamed_count_min')::double precision as session_renamed_count_min,
    (s.value ->> 'session_year')::integer as session_year,
    (s.value ->> 'utilisation_spread_share')::double precision as utilisation_spread_share,
    (s.value ->> 'plaza_place_count_min')::integer as plaza_place_count_min,
    (s.value ->> 'plaza_tenant_count_min')::integer as plaza_tenant_count_min,
    (s.value ->> 'plaza_suitability_share')::double precision as plaza_suitability_share,
    (s.value ->> 'host_space_count_min')::double precision as host_space_count_min,
    (s.value ->> 'host_edge_m')::double precision as host_edge_m,
    (s.value ->> 'host_area_max_m2')::double precision as host_area_max_m2,
    (s.value ->> 'facility_space_count')::double precision as facility_space_count,
    (s.value ->> 'is_owner_read_from_name')::double precision as is_owner_read_from_name,
    o.is_stand_in,
    o.geom
from staging.load as l
cross join setting as s
cross join core.region_outline as o
with no data;

create unique index region_key on core.region (region);

comment on materialized view core.region is 'The region of the current load, its settings and its outline.';
comment on column core.region.region is 'Name of the region.';
comment on column core.region.title is 'Name for people.';
comment on column core.region.is_synthetic is 'True when the region is made up.';
comment on column core.region.load_id is 'The load.';
comment on column core.region.currency is 'Currency of all sums, as ISO 4217 has it; columns named _cad hold it too.';
comment on column core.region.metric_srid is 'EPSG code of the metric CRS of all geometry.';
comment on column core.region.hexagon_edge_m is 'Edge of the hexagons that are demand cells.';
comment on column core.region.station_merge_m is 'Records of different feeds nearer than this may be one station.';
comment on column core.region.candidate_cluster_m is 'Places nearer than about this are one candidate site.';
comment on column core.region.candidate_gap_m is 'A populated place without a candidate of its own within this distance gets one at a road junction.';
comment on column core.region.road_distance_max_m is 'Longest road distance kept.';
comment on column core.region.access_speed_kmh is 'Speed between a place and its street.';
comment on column core.region.access_max_m is 'Farther from any street than this is off the network.';
comment on column core.region.transit_walk_m is 'Farthest walk to a transit stop.';
comment on column core.region.hosting_capacity_assumed_share is 'Assumed free share of a grid limit that is unknown or whose load is unknown.';
comment on column core.region.grid_peak_assumed_kw_per_person is 'Assumed peak load per person where none is known.';
comment on column core.region.feeder_power_factor is 'Active power as a share of the apparent power of a feeder.';
comment on column core.region.feeder_join_m is 'Parts of feeders nearer than this, which say the same, are one feeder.';
comment on column core.region.feeder_line_buffer_m is 'Width on each side of a feeder that is given as a line.';
comment on column core.region.feeder_reach_m is 'Farthest feeder that a site draws from.';
comment on column core.region.feeder_assumed_share is 'Assumed share of its station''s free capacity that a feeder of unknown capacity has.';
comment on column core.region.coordinate_margin_m is 'Records farther outside the boundary were rejected.';
comment on column core.region.data_age_max_year is 'Data older than this when it is loaded is reported as old.';
comment on column core.region.address_beyond_share_min is 'Addresses of a postal area beyond the border, as a share of those inside, from which on they tell how it is settled there.';
comment on column core.region.growth_window_day is 'Days that two counts may lie off a year apart and tell its growth.';
comment on column core.region.growth_tail_share is 'Share of earlier misses below the low growth of vehicles, and above the high.';
comment on column core.region.growth_horizon_year is 'Years over which the misses of the growth of vehicles even out.';
comment on column core.region.population_annual_growth_share is 'Growth of the population per year where no projection tells it.';
comment on column core.region.site_address_max_m is 'A house number within this distance says where a site is.';
comment on column core.region.site_street_max_m is 'A named street within this distance says where a site is.';
comment on column core.region.choice_distance_offset_m is 'Added to each way before drivers compare stations.';
comment on column core.region.choice_distance_exponent is 'Drivers choose a station by its size over this power of the distance.';
comment on column core.region.given_suitability_share is 'How well a charger fits a place that a list of the region has without a figure.';
comment on column core.region.junction_suitability_share is 'How well a charger fits a bare road junction.';
comment on column core.region.unknown_suitability_share is 'How well a charger fits where neither land use nor kind of place is known.';
comment on column core.region.land_use_score_weight is 'Weight of land use in the score of a candidate.';
comment on column core.region.transit_score_weight is 'Weight of transit in the score of a candidate.';
comment on column core.region.road_score_weight is 'Weight of the class of road in the score of a candidate.';
comment on column core.region.grid_score_weight is 'Weight of the distance to the grid in the score of a candidate.';
comment on column core.region.people_score_weight is 'Weight of the people near by in the score of a candidate.';
comment on column core.region.people_near_m is 'People within this distance of a candidate are near by.';
comment on column core.region.people_score_full_share is 'The people near by that this share of the candidates does not exceed are worth the full score.';
comment on column core.region.transit_score_full_share is 'Share of the candidates that do not exceed the departures of a full transit score.';
comment on column core.region.grid_distance_max_m is 'Distance from a grid station at which nothing is left of the grid score.';
comment on column core.region.urban_density_min_per_km2 is 'People per square kilometre from which on people live in town.';
comment on column core.region.urban_radius_m is 'How far around people this is measured.';
comment on column core.region.apartment_share_min is 'Where a larger share of the dwellings is in apartment buildings, people live in apartments.';
comment on column core.region.near_charger_m is 'People live near a charger where the way by road is at most this.';
comment on column core.region.low_income_share is 'Share of the people that is the group of low income.';
comment on column core.region.corridor_step_m is 'Distance of the points along main roads.';
comment on column core.region.soft_exclusion_share is 'What a soft layer of the region takes from the score of candidates on it.';
comment on column core.region.parking_space_m2 is 'Surface of a car park for each place.';
comment on column core.region.supply_voltage_max_kv is 'Lines of a higher voltage supply no charger.';
comment on column core.region.supply_distance_max_m is 'Three-phase supply farther off than this counts as not known.';
comment on column core.region.service_area_band_count is 'Bands of distance of analysis.service_area.';
comment on column core.region.session_counted_min is 'Minutes of a session, from which it is counted.';
comment on column core.region.session_counted_max_h is 'Hours plugged in, up to which a session is counted.';
comment on column core.region.session_counted_kwh is 'Energy of a session, above which it is counted.';
comment on column core.region.session_port_day_min is 'Days between first and last session, from which a port is among the percentiles.';
comment on column core.region.session_renamed_day_max is 'Days at most between the records of a port and those of the port that it may have become.';
comment on column core.region.session_renamed_count_min is 'Sessions that each of them has at least.';
comment on column core.region.session_year is 'Year of the session records that is measured; 0 for the latest whole one.';
comment on column core.region.utilisation_spread_share is 'Standard deviation of the utilisation of stations in means of their level, where few were measured.';
comment on column core.region.plaza_place_count_min is 'So many places that stand within candidate_cluster_m share a car park.';
comment on column core.region.plaza_tenant_count_min is 'So many small places within host_edge_m are tenants of one property.';
comment on column core.region.plaza_suitability_share is 'How well a charger fits a plaza.';
comment on column core.region.host_space_count_min is 'Places for cars from which on a place can host chargers for the public; one with fewer is small.';
comment on column core.region.host_edge_m is 'A small place no farther outside of the outline of a host belongs to it.';
comment on column core.region.host_area_max_m2 is 'A larger outline is a district, not a host.';
comment on column core.region.facility_space_count is 'Places for cars of a building of a municipality that the map has by a small place in it alone.';
comment on column core.region.is_owner_read_from_name is '1 where a name that names a municipality tells the owner of a station, else 0.';
comment on column core.region.is_stand_in is 'True when no boundary was given and the outline is drawn around people and roads.';
comment on column core.region.geom is 'Outline.';
