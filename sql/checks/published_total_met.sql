-- What was loaded must agree with the published totals of the region file.
-- hint: correct the source, or the total or its tolerance in the region file; raw.reject lists what was left out.

select measure, published_value, found_value, tolerance_share
from core.source_total
where not is_within
