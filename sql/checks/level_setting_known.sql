-- Every level of charger that the data has is one that the settings know.
-- hint: give the level a level_rank, and all that is by level, in [settings] of the region file, as etl/settings.toml has it for the others.

select p.level, count(distinct p.station_key) as station_count
from core.station_port as p
left join core.level as l using (level)
where p.level is not null
    and (l.level_rank is null or (l.is_offered and (l.session_min is null or l.utilisation_share is null)))
group by p.level;
