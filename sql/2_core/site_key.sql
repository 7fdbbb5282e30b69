-- needs: core.charging_station, core.candidate_site
-- grain: one row per (site_key)

create view core.site_key as

select station_key as site_key, true as is_existing
from core.charging_station
where is_in_service
union all
select candidate_key, false
from core.candidate_site;

comment on view core.site_key is 'All that needs a number in raw.site_registry.';
comment on column core.site_key.site_key is 'Key of the station or candidate.';
comment on column core.site_key.is_existing is 'True for a station in service.';
