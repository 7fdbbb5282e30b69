-- needs: audit.charger_port, audit.site_before, plan.scenario_charger, plan.scenario_removal, plan.run_lock, analysis.utilisation,
--   analysis.site_neighbour
-- grain: one row per (run_id, site_id)

create view audit.needed_station as

with station as not materialized (
    select
        p.run_id, p.scenario_id, p.site_id, array_agg(distinct p.level) as levels,
        sum(p.port_count * c.opex_cad_per_port_year) as opex_cad_per_year,
        sum(p.port_count * 365 * 24 * 60 / c.session_min) as session_count_max
    from audit.charger_port as p
    join plan.scenario_charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
    where p.phase = 0
    group by p.run_id, p.scenario_id, p.site_id
)

select s.run_id, s.site_id
from station as s
join plan.scenario_removal as r on r.scenario_id = s.scenario_id and r.is_candidate_only
left join analysis.utilisation as u on u.site_id = s.site_id
-- a lock may ask for the removal of any
where not exists (
    select from plan.run_lock as k
    where k.run_id = s.run_id and k.site_id = s.site_id and k.lock_kind = 'fix_option' and split_part(k.option_id, ':', 2) = 'remove'
)
    and (
        coalesce(u.is_estimate or u.utilisation_share > r.utilisation_share_max, true)
        -- a station without a session costs more for each than any limit
        or u.utilisation_share > 0
            and s.opex_cad_per_year < r.opex_cad_per_session_min * u.utilisation_share * s.session_count_max
        or exists (
            select from unnest(s.levels) as l (level)
            where not exists (
                select
                from analysis.site_neighbour as d
                join audit.site_before as b on b.run_id = s.run_id and b.site_id = d.other_site_id and b.is_counted
                join audit.charger_port as o
                    on o.run_id = s.run_id and o.site_id = d.other_site_id and o.phase = 0 and o.level = l.level
                where d.site_id = s.site_id and d.distance_m <= r.alternative_distance_m
            )
        )
    );

comment on view audit.needed_station is 'Stations that a scenario does not take away: of use that nobody measured, busy, cheap to run, or with a level that no other station nearby has.';
comment on column audit.needed_station.run_id is 'The run.';
comment on column audit.needed_station.site_id is 'The site.';
