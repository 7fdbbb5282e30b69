-- needs: core.setting
-- grain: one row per (hour)

create view analysis.assumed_hour as

select replace(feature, 'hour=', '')::integer as hour, value as hour_factor
from core.setting
where setting = 'hour_factor';

comment on view analysis.assumed_hour is 'Hours of the day as a region without session records is taken to have them.';
comment on column analysis.assumed_hour.hour is 'Hour of the day, from 0.';
comment on column analysis.assumed_hour.hour_factor is 'Sessions that begin in it, relative to the busiest hour.';
