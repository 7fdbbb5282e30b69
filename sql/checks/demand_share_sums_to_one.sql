-- Each component of the demand weights sums to 1 over the cells, and none is negative.
-- hint: load the region again; a source may be missing or clipped.

select s.component, sum(s.share) as share_sum, min(s.share) as share_min
from analysis.cell_share as c
cross join lateral (
    values
        ('population', c.population_share),
        ('ev', c.ev_share),
        ('transit', c.transit_share),
        ('infrastructure_quality', c.infrastructure_quality_share),
        ('infrastructure_age', c.infrastructure_age_share)
) as s (component, share)
group by s.component
having abs(sum(s.share) - 1) > 1e-9 or min(s.share) < 0 or count(*) > count(s.share);
