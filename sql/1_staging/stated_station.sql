-- needs: raw.stated_station, raw.load
-- grain: one row per (source_key)

create view staging.stated_station as

select source_key, status, reason, since
from raw.stated_station
where load_id = (select load_id from raw.load where is_current);

comment on view staging.stated_station is 'Stations that the region file states to be in service, or closed, whatever the feeds say.';
comment on column staging.stated_station.source_key is 'A record of a feed, such as ocm:900001 or afdc:17.';
comment on column staging.stated_station.status is 'in_service or out_of_service.';
comment on column staging.stated_station.reason is 'Why, in the words of the region file; untrusted text.';
comment on column staging.stated_station.since is 'Day from which on it is so; null where the file does not say.';
