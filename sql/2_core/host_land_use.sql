-- needs: core.setting
-- grain: one row per (land_use)

create view core.host_land_use as

select k.land_use, k.candidate_kind, s.value as parking_share
from (
    values
        ('retail', 'plaza'),
        ('commercial', 'plaza'),
        ('industrial', 'industry')
) as k (land_use, candidate_kind)
join core.setting as s on s.setting = 'host_land_use_share' and s.feature = k.land_use;

comment on view core.host_land_use is 'Land that stands for the small places on it, with our word for it.';
comment on column core.host_land_use.land_use is 'Value of the landuse tag.';
comment on column core.host_land_use.candidate_kind is 'plaza or industry.';
comment on column core.host_land_use.parking_share is 'Share of its surface that is car park.';
