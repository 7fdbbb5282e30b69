-- needs: analysis.road_distance, analysis.cell_share, core.site, core.measured_utilisation
-- grain: one row per (site_id)

create materialized view analysis.utilisation as

-- Huff (1964): drivers choose among the stations in reach by size over distance squared. 500 m are added to each way, as
-- the first steps cost nothing. An L3 port weighs what it serves: 180 minutes on L2 against 42.
with station as (
    select site_id, site_key, l2_port_count, l3_port_count, l2_port_count + l3_port_count * 180 / 42.0 as port_weight
    from core.site
    where is_existing and l2_port_count + l3_port_count > 0
),

pull as (
    select d.cell_id, s.site_id, s.port_weight / (d.distance_m + 500) ^ 2 as pull
    from station as s
    join analysis.road_distance as d using (site_id)
),

demand as (
    select p.site_id, sum(w.ev_share * p.choice_share) as demand_share
    from (select *, pull / sum(pull) over (partition by cell_id) as choice_share from pull) as p
    join analysis.cell_share as w using (cell_id)
    group by p.site_id
),

station_share as (
    select
        s.*,
        coalesce(d.demand_share, 0) as demand_share,
        s.port_weight / sum(s.port_weight) over () as capacity_share,
        -- means of North America: 14.6 % of the time on L2 (Stable, June 2025), 16.1 % on L3 (Paren, second quarter of 2025)
        (0.146 * s.l2_port_count + 0.161 * s.l3_port_count) / (s.l2_port_count + s.l3_port_count) as mean_utilisation_share
    from station as s
    left join demand as d using (site_id)
),

estimate as (
    select *, least(mean_utilisation_share * demand_share / (capacity_share * nullif(sum(demand_share) over (), 0)), 1)
        as estimated_share
    from station_share
)

-- what was measured stands, the mean where feeds of one station differ; the estimate stands in elsewhere
select
    e.site_id,
    e.demand_share,
    e.capacity_share,
    e.estimated_share,
    coalesce(m.utilisation_share, e.estimated_share) as utilisation_share,
    m.utilisation_share is null as is_estimate,
    m.measured_from,
    m.measured_to
from estimate as e
left join (
    select station_key, avg(utilisation_share) as utilisation_share, min(measured_from) as measured_from, max(measured_to) as measured_to
    from core.measured_utilisation
    group by station_key
) as m on m.station_key = e.site_key
with no data;

create unique index utilisation_key on analysis.utilisation (site_id);

comment on materialized view analysis.utilisation is 'How busy stations are: measured where an operator says so, else estimated, as open data has no measurement.';
comment on column analysis.utilisation.site_id is 'A station of today with L2 or L3 ports.';
comment on column analysis.utilisation.demand_share is 'Share of the electric vehicles of the region that would choose it.';
comment on column analysis.utilisation.capacity_share is 'Its share of the ports, an L3 port weighing as much as 4.3 L2 ports.';
comment on column analysis.utilisation.estimated_share is 'Share of the time its ports are busy: the published mean, scaled by demand over capacity; at most 1.';
comment on column analysis.utilisation.utilisation_share is 'The measured share where there is one, else the estimate.';
comment on column analysis.utilisation.is_estimate is 'True when it was not measured.';
comment on column analysis.utilisation.measured_from is 'First day that was measured; null when unknown or estimated.';
comment on column analysis.utilisation.measured_to is 'Last day.';
