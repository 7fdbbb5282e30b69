-- needs: model.scenario, plan.scenario_demand_weight, core.demand_cell, analysis.cell_share, core.reference_demand_point
-- grain: one row per (scenario_id, demand_id)

create table model.demand as

with mix as (
    select
        s.scenario_id,
        sum(w.share) filter (where w.component = 'ev') as ev,
        sum(w.share) filter (where w.component = 'population') as population,
        sum(w.share) filter (where w.component = 'transit') as transit,
        sum(w.share) filter (where w.component = 'infrastructure_quality') as infrastructure_quality,
        sum(w.share) filter (where w.component = 'infrastructure_age') as infrastructure_age
    from model.scenario as s
    join plan.scenario_demand_weight as w on w.scenario_id = s.scenario_id
    where s.demand_kind = 'cell'
    group by s.scenario_id
),

weighted as (
    select
        m.scenario_id,
        c.cell_id as demand_id,
        m.ev * h.ev_share + m.population * h.population_share + m.transit * h.transit_share
            + m.infrastructure_quality * h.infrastructure_quality_share
            + m.infrastructure_age * h.infrastructure_age_share as weight_share,
        c.point_geom as geom
    from mix as m
    cross join core.demand_cell as c
    join analysis.cell_share as h on h.cell_id = c.cell_id

    union all

    select
        s.scenario_id,
        p.reference_demand_point_id,
        p.weight / (select sum(a.weight order by a.reference_demand_point_id) from core.reference_demand_point as a),
        p.geom
    from model.scenario as s
    cross join core.reference_demand_point as p
    where s.demand_kind = 'reference_point'
)

select scenario_id, demand_id, weight_share, geom::geometry(Point, :metric_srid) as geom
from weighted
where weight_share > 0;

comment on table model.demand is 'What has to be covered: cells, or the points of a published study; places without people need no coverage.';
comment on column model.demand.scenario_id is 'The scenario.';
comment on column model.demand.demand_id is 'Cell of core.demand_cell, or point of core.reference_demand_point.';
comment on column model.demand.weight_share is 'Weight; sums to 1 over a scenario.';
comment on column model.demand.geom is 'Where its people are.';
