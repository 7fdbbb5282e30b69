-- needs: analysis.road_distance, analysis.cell_share, core.site, core.site_port, core.level, core.region, core.measured_utilisation,
--   analysis.session_station
-- grain: one row per (site_id)

create materialized view analysis.utilisation as

-- Huff (1964): drivers choose among the stations near enough by size over a power of the distance, to which some metres are
-- added, as the first steps cost nothing. A port weighs what it serves.
with station as (
    select
        s.site_id,
        s.site_key,
        sum(p.port_count * l.port_weight order by p.level) as port_weight,
        s.is_public,
        sum(p.port_count * l.utilisation_share order by p.level) / sum(p.port_count) as mean_utilisation_share
    from core.site as s
    join core.site_port as p using (site_id)
    join core.level as l using (level)
    group by s.site_id, s.site_key, s.is_public
),

attraction as (
    select d.cell_id, s.site_id, s.port_weight / (d.distance_m + r.choice_distance_offset_m) ^ r.choice_distance_exponent as attraction
    from station as s
    join analysis.road_distance as d using (site_id)
    cross join core.region as r
    where s.is_public
),

demand as (
    select p.site_id, sum(w.ev_share * p.choice_share order by p.cell_id) as demand_share
    from (
        select *, attraction / sum(attraction) over (
            partition by cell_id order by site_id rows between unbounded preceding and unbounded following
        ) as choice_share
        from attraction
    ) as p
    join analysis.cell_share as w using (cell_id)
    group by p.site_id
),

station_share as (
    select
        s.*,
        coalesce(d.demand_share, 0) as demand_share,
        s.port_weight / sum(s.port_weight) over (order by s.site_id rows between unbounded preceding and unbounded following) as capacity_share
    from station as s
    left join demand as d using (site_id)
    where s.is_public
),

-- who may use a station that is not for everybody is not known: it is as busy as the mean of its levels
estimate as (
    select
        site_id, site_key, demand_share, capacity_share,
        least(
            mean_utilisation_share * demand_share
            / (capacity_share * nullif(sum(demand_share) over (order by site_id rows between unbounded preceding and unbounded following), 0)),
            1
        ) as estimated_share
    from station_share
    union all
    select site_id, site_key, null, null, mean_utilisation_share
    from station
    where not is_public
)

-- what its operator measured stands, the mean where feeds of one station differ; else what its sessions tell; else the estimate
select
    e.site_id,
    e.demand_share,
    e.capacity_share,
    e.estimated_share,
    coalesce(m.utilisation_share, s.utilisation_share, e.estimated_share) as utilisation_share,
    m.utilisation_share is null and s.utilisation_share is null as is_estimate,
    case when m.utilisation_share is null then s.measured_from else m.measured_from end as measured_from,
    case when m.utilisation_share is null then s.measured_to else m.measured_to end as measured_to,
    case when m.utilisation_share is null then s.session_count end as session_count
from estimate as e
left join (
    select station_key, avg(utilisation_share order by utilisation_share) as utilisation_share, min(measured_from) as measured_from, max(measured_to) as measured_to
    from core.measured_utilisation
    group by station_key
) as m on m.station_key = e.site_key
left join analysis.session_station as s on s.station_key = e.site_key
with no data;

create unique index utilisation_key on analysis.utilisation (site_id);

comment on materialized view analysis.utilisation is 'How busy stations are: measured where an operator says so or there are session records, else estimated.';
comment on column analysis.utilisation.site_id is 'A station of today with ports that offer coverage, whoever may use it.';
comment on column analysis.utilisation.demand_share is 'Share of the electric vehicles of the region that would choose it; null for a station that is not for everybody.';
comment on column analysis.utilisation.capacity_share is 'Its share of the ports of public stations, each weighing what it serves: core.level; null for a station that is not for everybody.';
comment on column analysis.utilisation.estimated_share is 'Share of the time its ports are busy: the mean of its levels, at a public station scaled by demand over capacity; at most 1.';
comment on column analysis.utilisation.utilisation_share is 'The measured share where there is one, else the estimate.';
comment on column analysis.utilisation.is_estimate is 'True when it was not measured.';
comment on column analysis.utilisation.measured_from is 'First day that was measured; null when unknown or estimated.';
comment on column analysis.utilisation.measured_to is 'Last day.';
comment on column analysis.utilisation.session_count is 'Session records that it was measured by; null where an operator says so, or it is estimated.';
