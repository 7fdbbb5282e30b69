-- needs: plan.site_lock, core.site
-- grain: one row per (lock_id)

create view report.site_lock as

select
    l.lock_id,
    l.site_id,
    l.lock_kind,
    l.option_id,
    l.scenario_name,
    l.note,
    (select s.geom from core.site as s where s.site_id = l.site_id)::geometry(Point, :metric_srid) as geom
from plan.site_lock as l;

-- A lock drawn on the map goes to the nearest site within 250 m; with none there the table refuses it.
create rule site_lock_insert as on insert to report.site_lock do instead
insert into plan.site_lock (site_id, lock_kind, option_id, scenario_name, note)
values (
    coalesce(new.site_id, (
        select s.site_id from core.site as s where st_dwithin(s.geom, new.geom, 250) order by s.geom <-> new.geom, s.site_id limit 1
    )),
    coalesce(new.lock_kind, 'force_in'), nullif(new.option_id, ''), nullif(new.scenario_name, ''), nullif(new.note, '')
)
returning lock_id, site_id, lock_kind, option_id, scenario_name, note,
    (select s.geom from core.site as s where s.site_id = site_lock.site_id)::geometry(Point, :metric_srid);

-- a point that is moved takes its lock to the site where it comes to lie
create rule site_lock_update as on update to report.site_lock do instead
update plan.site_lock
set site_id = case
        when new.site_id is distinct from old.site_id or new.geom is not distinct from old.geom then new.site_id
        else (
            select s.site_id from core.site as s where st_dwithin(s.geom, new.geom, 250) order by s.geom <-> new.geom, s.site_id limit 1
        )
    end,
    lock_kind = new.lock_kind,
    option_id = nullif(new.option_id, ''),
    scenario_name = nullif(new.scenario_name, ''),
    note = nullif(new.note, '')
where lock_id = old.lock_id;

comment on view report.site_lock is 'What people have decided beforehand, on the map; editing it edits plan.site_lock, and the next run obeys.';
comment on column report.site_lock.lock_id is 'Number of the lock.';
comment on column report.site_lock.site_id is 'The site; left empty it is the one nearest to the point.';
comment on column report.site_lock.lock_kind is 'force_in: a station must stand here; must_change: something must be done here; force_out: nothing may; fix_option: just this.';
comment on column report.site_lock.option_id is 'The option, for fix_option, as report.decision names it.';
comment on column report.site_lock.scenario_name is 'The scenario it holds for; empty for all.';
comment on column report.site_lock.note is 'Why, and who said so.';
comment on column report.site_lock.geom is 'Place of the site.';
