-- Each station that the region file gives to session records is in a feed.
-- hint: correct the id in `stations` of [sources.sessions] (`planner trace --station ID` knows all), or leave it out.

select s.station, s.station_id
from staging.session as s
where s.station_id is not null
    and not exists (select from core.station_source as f where f.source_key = s.station_id)
group by s.station, s.station_id;
