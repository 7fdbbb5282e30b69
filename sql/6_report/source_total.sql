-- needs: core.source_total
-- grain: one row per (measure)

create view report.source_total as

select measure, published_value, found_value, difference_share, tolerance_share, is_within, published_by
from core.source_total;

comment on view report.source_total is 'What was loaded, held against published totals.';
comment on column report.source_total.measure is 'What is counted.';
comment on column report.source_total.published_value is 'The published total.';
comment on column report.source_total.found_value is 'What was loaded.';
comment on column report.source_total.difference_share is 'How far it is off, as a share of the published total.';
comment on column report.source_total.tolerance_share is 'How far it may be.';
comment on column report.source_total.is_within is 'True when it is within the tolerance.';
comment on column report.source_total.published_by is 'Where the total was published.';
