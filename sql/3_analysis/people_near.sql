-- needs: core.site, core.candidate_site, core.demand_cell, core.region
-- grain: one row per (site_id)

create materialized view analysis.people_near as

select s.site_id, coalesce(sum(d.population order by d.cell_id), 0)::double precision as people_near
from core.site as s
cross join core.region as r
join core.candidate_site as c on c.candidate_key = s.site_key
left join core.demand_cell as d on st_dwithin(d.point_geom, s.geom, r.people_near_m)
group by s.site_id
with no data;

create unique index people_near_key on analysis.people_near (site_id);

comment on materialized view analysis.people_near is 'People who live near each candidate.';
comment on column analysis.people_near.site_id is 'The candidate.';
comment on column analysis.people_near.people_near is 'People of the cells whose middle lies within people_near_m, in a straight line.';
