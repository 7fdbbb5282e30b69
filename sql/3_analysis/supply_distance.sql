-- needs: core.site_supply
-- grain: one row per (site_id)

create view analysis.supply_distance as

select site_id, three_phase_m, substation_m, three_phase_kind as source
from core.site_supply;

comment on view analysis.supply_distance is 'How far sites are from three-phase supply and from a transformer station, in a straight line.';
comment on column analysis.supply_distance.site_id is 'Site.';
comment on column analysis.supply_distance.three_phase_m is 'To the nearest three-phase line or substation that serves streets; null where the map has none near.';
comment on column analysis.supply_distance.substation_m is 'To the nearest transformer station; null where none has a known place.';
comment on column analysis.supply_distance.source is 'What the three-phase supply is: line or substation; null where it is not known.';
