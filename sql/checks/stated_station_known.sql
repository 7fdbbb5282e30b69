-- Each station that the region file states as kept or closed is in a feed.
-- hint: correct the key in [[stations.kept]] or [[stations.closed]] (`planner trace --station KEY` knows all), or leave it out.

select t.source_key, t.reason
from staging.stated_station as t
where not exists (select from core.station_source as s where s.source_key = t.source_key);
