-- needs: core.site_fact, core.site, staging.load_source
-- grain: one row per (site_id, fact)

create view report.site_fact as

select
    row_number() over (order by f.site_id, f.fact) as site_fact_id,
    f.site_id,
    s.name,
    s.is_existing,
    f.fact,
    f.value_text,
    f.value_number,
    f.unit as value_unit,
    f.source,
    l.file_name,
    f.record_number,
    l.licence
from core.site_fact as f
join core.site as s using (site_id)
join staging.load_source as l using (source_id);

comment on view report.site_fact is 'What is known of the place of a site, and which record of which source says so.';
comment on column report.site_fact.site_fact_id is 'Number.';
comment on column report.site_fact.site_id is 'Site.';
comment on column report.site_fact.name is 'Name, untrusted text.';
comment on column report.site_fact.is_existing is 'True for a station in service.';
comment on column report.site_fact.fact is 'land_owner, opening_hours, parking, surroundings, exclusion, street_access, three_phase or substation.';
comment on column report.site_fact.value_text is 'Value in words, or as the source has it; untrusted text.';
comment on column report.site_fact.value_number is 'Value as a number, in the unit.';
comment on column report.site_fact.value_unit is 'Unit of the number.';
comment on column report.site_fact.source is 'Kind of source.';
comment on column report.site_fact.file_name is 'File that says so.';
comment on column report.site_fact.record_number is 'Place of the record in the file, from 1.';
comment on column report.site_fact.licence is 'Licence of the file.';
