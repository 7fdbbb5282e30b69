-- Every station in service and every candidate has a number in core.site.
-- hint: load the region again; numbers are given in raw.site_registry during a load.

select k.site_key
from core.site_key as k
left join core.site as s using (site_key)
where s.site_id is null;
