"""Locks: a station that must stand is told from a site that must change, and contrary locks are refused.

Revision: 0014, after 0013.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KINDS = ("force_in", "must_change", "force_out", "fix_option")
_FORMER = ("force_in", "force_out", "fix_option")
_COMMENT = (
    "force_in: a station must stand here; must_change: something must be done here; force_out: nothing may;"
    " fix_option: just this."
)
_FORMER_COMMENT = "force_in: something must be done here; force_out: nothing may; fix_option: just this."

# What a lock asks for: 'stands', 'change', 'nothing' or an option. Whether a station stands is known where a
# region is loaded; a candidate that must stand must change. The owner's rights are needed for the lock that
# keeps two people from drawing contrary locks at the same moment.
_FUNCTION = """
    create function plan.refuse_contrary_lock() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        stands boolean := true;
        other record;
        wanted text;
    begin
        if new.site_id is null then
            raise exception 'There is no site within 250 m of the point.'
                using errcode = 'not_null_violation',
                    hint = 'Draw it nearer to a site, or choose the site by name.';
        end if;
        perform pg_advisory_xact_lock(7291848, new.site_id);
        if to_regclass('core.site') is not null then
            execute 'select coalesce(bool_or(is_existing), true) from core.site where site_id = $1'
                into stands using new.site_id;
        end if;
        wanted := plan.lock_demand(new.lock_kind, new.option_id, stands);
        for other in
            select l.lock_id, l.lock_kind, l.option_id,
                plan.lock_demand(l.lock_kind, l.option_id, stands) as demand
            from plan.site_lock as l
            where l.site_id = new.site_id and l.lock_id <> new.lock_id
                and coalesce(l.scenario_name = new.scenario_name, true)
            order by l.lock_id
        loop
            if plan.are_contrary(wanted, other.demand) then
                raise exception 'Lock % (%) and lock % (%) of site % contradict each other.',
                    new.lock_id, plan.lock_words(new.lock_kind, new.option_id),
                    other.lock_id, plan.lock_words(other.lock_kind, other.option_id), new.site_id
                    using errcode = 'check_violation',
                    hint = format(
                        'Change or delete lock %s first, or give each a scenario of its own.', other.lock_id
                    );
            end if;
        end loop;
        return new;
    end
    $$
"""
_DEMAND = """
    create function plan.lock_demand(lock_kind text, option_id text, stands boolean) returns text
    language sql immutable set search_path = pg_catalog, pg_temp as $$
        select case
            when lock_kind = 'must_change' then 'change'
            when lock_kind = 'force_in' then case when stands then 'stands' else 'change' end
            when lock_kind = 'force_out' or split_part(option_id, ':', 2) = 'keep' then 'nothing'
            else option_id
        end
    $$
"""
_CONTRARY = """
    create function plan.are_contrary(a text, b text) returns boolean
    language sql immutable set search_path = pg_catalog, pg_temp as $$
        select case
            when a = b then false
            when 'stands' in (a, b) then 'remove' in (split_part(a, ':', 2), split_part(b, ':', 2))
            when 'nothing' in (a, b) then true
            when 'change' in (a, b) then false
            else true
        end
    $$
"""
_WORDS = """
    create function plan.lock_words(lock_kind text, option_id text) returns text
    language sql immutable set search_path = pg_catalog, pg_temp as $$
        select case lock_kind
            when 'force_in' then 'a station must stand here'
            when 'must_change' then 'something must be done here'
            when 'force_out' then 'nothing may be done here'
            else 'just option ' || option_id
        end
    $$
"""
_TRIGGER = """
    create trigger site_lock_contrary before insert or update on plan.site_lock
    for each row execute function plan.refuse_contrary_lock()
"""


def _kinds(kinds: tuple[str, ...], comment: str) -> None:
    op.drop_constraint("site_lock_kind_check", "site_lock", schema="plan")
    names = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint("site_lock_kind_check", "site_lock", f"lock_kind in ({names})", schema="plan")
    op.alter_column("site_lock", "lock_kind", comment=comment, schema="plan")


def upgrade() -> None:
    """Add the kind `must_change`, and the trigger that refuses contrary locks."""
    _kinds(_KINDS, _COMMENT)
    op.alter_column(
        "run_lock",
        "lock_kind",
        comment="What the run had to do: force_in (change the site), keep (not remove the station), force_out"
        " or fix_option.",
        schema="plan",
    )
    for statement in (_DEMAND, _CONTRARY, _WORDS, _FUNCTION, _TRIGGER):
        op.execute(statement)


def downgrade() -> None:
    """Take both away; what must change is forced in, as it was."""
    op.execute("drop trigger site_lock_contrary on plan.site_lock")
    op.execute("drop function plan.refuse_contrary_lock()")
    op.execute("drop function plan.lock_words(text, text)")
    op.execute("drop function plan.are_contrary(text, text)")
    op.execute("drop function plan.lock_demand(text, text, boolean)")
    op.execute("update plan.site_lock set lock_kind = 'force_in' where lock_kind = 'must_change'")
    _kinds(_FORMER, _FORMER_COMMENT)
    op.alter_column("run_lock", "lock_kind", comment="force_in, force_out or fix_option.", schema="plan")
