-- needs: core.cell_postal_area, core.postal_area
-- grain: one row per (cell_id)

create materialized view core.cell_ev as

select s.cell_id, sum(a.ev_count * a.inside_share * s.share order by s.postal_area_key) as ev_count
from core.cell_postal_area as s
join core.postal_area as a using (postal_area_key)
group by s.cell_id
with no data;

create unique index cell_ev_key on core.cell_ev (cell_id);

comment on materialized view core.cell_ev is 'Electric vehicles per hexagon: those of the postal area, by households.';
comment on column core.cell_ev.cell_id is 'The hexagon.';
comment on column core.cell_ev.ev_count is 'Electric vehicles.';
