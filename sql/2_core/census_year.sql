-- needs: staging.load_source
-- grain: one row per (census_year); just one: when the people of the region were counted

create view core.census_year as

-- what the source states first: '2021, points of 2016' counts the people of 2021
select max(substring(data_date from '(?:19|20)\d\d')::integer) as census_year
from staging.load_source
where source = 'population';

comment on view core.census_year is 'Year of the census, or of what else counts the people.';
comment on column core.census_year.census_year is 'The year; null where no source states it.';
