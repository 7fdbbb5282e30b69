-- needs: audit.site_before, audit.port_change, plan.scenario_charger_replaces
-- grain: one row per (decision_id)

create view audit.decision_layout as

with change as not materialized (
    select
        c.*, sum(c.port_count_before) over (partition by c.run_id, c.decision_id, c.level) as level_before
    from audit.port_change as c
),

site as not materialized (
    select
        c.run_id, c.decision_id, c.site_id, c.new_level,
        string_agg(c.charger_type || '=' || k.before, '+' order by c.level_rank, c.charger_type collate "C") filter (where k.before > 0) as layout_before,
        string_agg(c.charger_type || '=' || k.after, '+' order by c.level_rank, c.charger_type collate "C") filter (where k.after > 0) as layout_after,
        count(*) filter (where k.after > k.before) as gaining_count,
        count(*) filter (where k.after < k.before) as losing_count,
        max(k.before) filter (where k.after > k.before) as new_type_before,
        min(c.level_before) filter (where k.after > k.before) as new_level_before,
        count(distinct c.level) filter (where k.after > 0) = count(*) filter (where k.after > 0) as is_a_type_a_level,
        bool_or(r.replaced_type is not null) as is_replacing,
        -- of the new level nothing stays, of others what may not be replaced
        bool_and(k.after > k.before or case
            when r.replaced_type is null then c.level <> c.new_level and k.after = k.before
            else c.level <> c.new_level or k.after = 0
        end) filter (where k.before + k.after > 0) as is_replaced,
        -- of each type of other levels the fewest, half or all stay
        coalesce(
            bool_and(k.after = c.port_count_fewest) filter (where r.replaced_type is not null and c.level <> c.new_level)
                or bool_and(k.after = c.port_count_half) filter (where r.replaced_type is not null and c.level <> c.new_level)
                or bool_and(k.after = k.before) filter (where r.replaced_type is not null and c.level <> c.new_level),
            true
        ) as is_retained
    from change as c
    cross join lateral (select c.port_count_before as before, c.port_count_after as after) as k
    left join plan.scenario_charger_replaces as r
        on r.scenario_id = c.scenario_id and r.charger_type = c.new_type and r.replaced_type = c.charger_type and k.before > 0
    group by c.run_id, c.decision_id, c.site_id, c.new_level
)

select
    s.decision_id, s.run_id, coalesce(s.layout_before, '') as layout_before, coalesce(s.layout_after, '') as layout_after,
    case
        when not b.is_existing then case when s.layout_before is null and s.layout_after is not null and s.is_a_type_a_level then 'build' end
        when s.layout_after is null then 'remove'
        when s.gaining_count = 1 and s.losing_count = 0 and s.new_level_before > 0 then 'expand'
        when s.gaining_count = 1 and s.new_type_before = 0 and s.is_replacing and s.is_replaced then 'upgrade'
    end as action,
    s.is_retained
from site as s
join audit.site_before as b on b.run_id = s.run_id and b.site_id = s.site_id;

comment on view audit.decision_layout is 'Ports of a site before and after each decision, as an option names them, and the action that leads from one to the other.';
comment on column audit.decision_layout.decision_id is 'The decision.';
comment on column audit.decision_layout.run_id is 'The run.';
comment on column audit.decision_layout.layout_before is 'Ports that stand there, as type=ports joined by +.';
comment on column audit.decision_layout.layout_after is 'Ports afterwards; empty for none.';
comment on column audit.decision_layout.action is 'The action; null where none leads there.';
comment on column audit.decision_layout.is_retained is 'Of an upgrade to another level: true when the fewest, half or all ports stay, the same of each type.';
