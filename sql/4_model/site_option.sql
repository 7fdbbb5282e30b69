-- needs: model.site_price, model.site_state, model.site_action, model.layout_change, model.layout_level, model.kept_session
-- grain: one row per (scenario_id, option_id); each row but `keep` is one binary of the model in each of its phases

create view model.site_option as

select
    s.scenario_id,
    concat_ws(':', s.site_id, a.action, case when a.action not in ('keep', 'remove') then c.layout_after end) as option_id,
    s.site_id,
    a.action,
    c.layout_before,
    c.layout_after,
    -- a station that does not count offers nobody anything, whatever becomes of it
    case when t.is_counted then c.levels else '{}' end as levels,
    c.phases,
    c.price_class,
    c.opex_change_cad_per_year,
    c.is_evc_eligible,
    c.peak_kw,
    c.added_kw,
    c.is_efficient
from model.site_price as s
join model.site_state as t on t.scenario_id = s.scenario_id and t.site_id = s.site_id
join model.site_action as a on a.scenario_id = s.scenario_id and a.site_id = s.site_id
join model.layout_change as c
    on c.scenario_id = s.scenario_id and c.price_class = s.price_class and c.layout_before = s.layout and c.action = a.action
where c.is_on_offer
    -- Exact beside the pruning of layouts: what makes another change needless serves no fewer sessions at any level.
    and (a.action <> 'upgrade' or not exists (
        select
        from model.kept_session as k
        left join model.layout_level as l on l.scenario_id = k.scenario_id and l.layout = c.layout_after and l.level = k.level
        where k.scenario_id = s.scenario_id and k.site_id = s.site_id
            and coalesce(l.capacity_per_h, 0) < k.sessions_per_h - 1e-6
    ));

comment on view model.site_option is 'What a scenario may do at each site; what breaks the limits of a single site is no row.';
comment on column model.site_option.scenario_id is 'The scenario.';
comment on column model.site_option.option_id is 'site:action:layout afterwards, such as 12:upgrade:type=2; 12:keep and 12:remove have none.';
comment on column model.site_option.site_id is 'The site.';
comment on column model.site_option.action is 'keep, expand, upgrade, build or remove.';
comment on column model.site_option.layout_before is 'Ports before: model.layout_port.';
comment on column model.site_option.layout_after is 'Ports afterwards.';
comment on column model.site_option.levels is 'Charger levels a driver finds there afterwards.';
comment on column model.site_option.phases is 'Phases that allow it: those of its rows in model.option_price.';
comment on column model.site_option.price_class is 'The price class of the site: model.price_class.';
comment on column model.site_option.opex_change_cad_per_year is 'Change of the running cost.';
comment on column model.site_option.is_evc_eligible is 'The station may have the rate for charging afterwards.';
comment on column model.site_option.peak_kw is 'Power of all ports afterwards.';
comment on column model.site_option.added_kw is 'Change of the connected power.';
comment on column model.site_option.is_efficient is 'No other option of the site makes it needless: model.layout_change.';
