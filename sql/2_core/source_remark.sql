-- needs: core.openchargemap_remark, core.station_remark, staging.afdc_remark, staging.record_remark
-- grain: one row per (source_id, record_number, field, remark)

create view core.source_remark as

select source_id, record_number, record_key, field, remark
from core.openchargemap_remark
union all
select source_id, record_number, record_key, field, remark
from staging.afdc_remark
union all
select source_id, record_number, record_key, field, remark
from core.station_remark
union all
select source_id, record_number, record, field, remark
from staging.record_remark;

comment on view core.source_remark is 'Records that contradict themselves or are silent where they should speak, and how they are read.';
comment on column core.source_remark.source_id is 'The file: staging.load_source.';
comment on column core.source_remark.record_number is 'Place of the record in its file, from 1.';
comment on column core.source_remark.record_key is 'Key of the record in its source.';
comment on column core.source_remark.field is 'The field.';
comment on column core.source_remark.remark is 'What is odd, and what it is taken for.';
