-- needs: audit.audited_run, audit.charger_port, audit.decision_price, audit.site_before, audit.level, plan.scenario_phase, plan.scenario_charger,
--   plan.demand_service, plan.served_flow, plan.run_scale, model.session_scenario
-- grain: one row per (run_id, term)

create view audit.term_session as

with phase as not materialized (
    select a.run_id, f.scenario_id, f.phase, f.discount_factor / sum(f.discount_factor) over (partition by a.run_id) as share
    from audit.audited_run as a
    join model.session_scenario as s on s.scenario_id = a.scenario_id
    join plan.scenario_phase as f on f.scenario_id = a.scenario_id
),

level as not materialized (
    select
        p.run_id, p.phase, p.share, l.level, l.kwh_per_session * d.per_h as asked_kw,
        case when d.per_h > 0 then least(f.per_h / d.per_h, 1) else 1 end as served_share
    from phase as p
    join audit.level as l on l.scenario_id = p.scenario_id
    cross join lateral (
        select coalesce(sum(w.demand_per_h), 0) as per_h from plan.demand_service as w
        where w.run_id = p.run_id and w.phase = p.phase and w.level = l.level
    ) as d
    cross join lateral (
        select coalesce(sum(w.sessions_per_h), 0) as per_h from plan.served_flow as w
        where w.run_id = p.run_id and w.phase = p.phase and w.level = l.level
    ) as f
),

-- power that serves and power that stands, kW
used as not materialized (
    select
        l.run_id, l.phase, l.share, sum(l.asked_kw * l.served_share) as serving_kw,
        -- where no energy is asked for, the levels count alike
        coalesce(sum(l.asked_kw * l.served_share) / nullif(sum(l.asked_kw), 0), avg(l.served_share)) as served_share
    from level as l
    group by l.run_id, l.phase, l.share
),

installed as not materialized (
    select p.run_id, sum(p.port_count * c.port_kw) as before_kw
    from audit.charger_port as p
    join audit.site_before as b on b.run_id = p.run_id and b.site_id = p.site_id and b.is_counted
    join plan.scenario_charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
    where p.phase = 0
    group by p.run_id
)

select u.run_id, t.term, t.value
from (
    select
        u.run_id, sum(u.share * u.served_share) as served,
        sum(u.share * (coalesce(i.before_kw, 0) + coalesce(d.added_kw, 0) - u.serving_kw)) as idle_kw
    from used as u
    left join installed as i on i.run_id = u.run_id
    cross join lateral (
        select sum(p.added_kw) as added_kw
        from audit.decision_price as p
        join audit.site_before as b on b.run_id = p.run_id and b.site_id = p.site_id and b.is_counted
        where p.run_id = u.run_id and p.phase <= u.phase
    ) as d
    group by u.run_id
) as u
left join plan.run_scale as s on s.run_id = u.run_id
cross join lateral (values ('served', u.served), ('efficiency', 1 - u.idle_kw / s.installable_kw)) as t (term, value);

comment on view audit.term_session is 'Served share of the energy asked for, and the share of the installable power that does not stand idle, averaged over the phases.';
comment on column audit.term_session.run_id is 'The run.';
comment on column audit.term_session.term is 'The term of the objective.';
comment on column audit.term_session.value is 'Its value; null where the plan does not say what it is measured against.';
