-- The current load has all settings of the region.
-- hint: load the region again; the load may be older than the views.

select s.key as setting
from core.region as r
cross join lateral jsonb_each(to_jsonb(r)) as s
where s.value = 'null';
