-- needs: staging.load_source
-- grain: one row per (attribution_id)

create view report.attribution as

-- what gave nothing is not shown, and a file that is read twice is named once
with line as (
    select
        coalesce(attribution, file_name) as attribution,
        array_agg(distinct licence order by licence) as licences,
        array_agg(distinct source order by source) as sources
    from staging.load_source
    where row_count > 0 or loader = 'geometry'
    group by coalesce(attribution, file_name)
)

select row_number() over (order by attribution)::integer as attribution_id, attribution, licences, sources
from line;

comment on view report.attribution is 'Lines to show wherever the data is shown, collected from the licences of what was loaded.';
comment on column report.attribution.attribution_id is 'Number.';
comment on column report.attribution.attribution is 'The line.';
comment on column report.attribution.licences is 'Licences of the data it speaks of.';
comment on column report.attribution.sources is 'Kinds of source it speaks of.';
