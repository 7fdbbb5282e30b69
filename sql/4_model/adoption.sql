-- needs: model.cell_charging, model.cell_growth, plan.scenario_growth, plan.scenario_phase, core.ev_count_year
-- grain: one row per (scenario_id, phase)

create view model.adoption as

select
    c.scenario_id, p.phase, p.year, coalesce(d.count_year, g.count_year_assumed) as count_year,
    sum(c.ev_count order by c.cell_id) as counted_ev_count,
    sum(c.ev_count * f.growth_factor order by c.cell_id) as ev_count,
    sum(c.ev_count * f.growth_factor order by c.cell_id) / sum(c.ev_count order by c.cell_id) as growth_factor
from model.cell_charging as c
join model.cell_growth as f on f.scenario_id = c.scenario_id and f.cell_id = c.cell_id
join plan.scenario_phase as p on p.scenario_id = f.scenario_id and p.phase = f.phase
join plan.scenario_growth as g on g.scenario_id = c.scenario_id
cross join core.ev_count_year as d
group by c.scenario_id, p.phase, p.year, d.count_year, g.count_year_assumed;

comment on view model.adoption is 'Electric vehicles of the region at the end of the year of each phase.';
comment on column model.adoption.scenario_id is 'The scenario.';
comment on column model.adoption.phase is 'The phase.';
comment on column model.adoption.year is 'Its calendar year.';
comment on column model.adoption.count_year is 'Date of the count, as a year; an assumption where the source states none.';
comment on column model.adoption.counted_ev_count is 'Vehicles at the date of the count.';
comment on column model.adoption.ev_count is 'Vehicles at the end of the year of the phase.';
comment on column model.adoption.growth_factor is 'The one over the other, of the region; model.cell_growth has that of each cell.';
