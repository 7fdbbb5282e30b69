-- Every site has a suitability from 0 to 1, between that of its land use and that of the places there, less what excludes it.
-- hint: refresh analysis.land_use; if it stays, a judgement in analysis.land_use_kind or core.place_kind is out of range.

select s.site_id, u.land_use, u.land_use_suitability_share, u.place_suitability_share, u.exclusion_share,
    u.suitability_share
from core.site as s
left join analysis.land_use as u using (site_id)
where u.suitability_share is null
    or u.suitability_share not between 0 and 1
    or u.suitability_share < least(u.land_use_suitability_share, u.place_suitability_share) * (1 - u.exclusion_share) - 1e-9
    or u.suitability_share > greatest(u.land_use_suitability_share, u.place_suitability_share) * (1 - u.exclusion_share) + 1e-9;
