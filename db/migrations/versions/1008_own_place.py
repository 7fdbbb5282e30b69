"""Places that planners draw, the loads that work them in, and which part of a load's content is files.

Revision: 1008, after 1007.
"""

from __future__ import annotations

from alembic import op

revision = "1008"
down_revision = "1007"
branch_labels = None
depends_on = None

_TABLES = """
create table plan.own_place (
    own_place_id bigint generated always as identity primary key,
    place_key text not null generated always as ('own:' || own_place_id::text) stored,
    region text not null,
    name text,
    suitability_share double precision,
    lon double precision not null,
    lat double precision not null,
    asked_by text not null,
    asked_at timestamptz not null default clock_timestamp(),
    withdrawn_by text,
    withdrawn_at timestamptz,
    constraint own_place_name_check check (length(name) between 1 and 80 and name !~ '[[:cntrl:]]'),
    constraint own_place_suitability_check check (suitability_share between 0 and 1),
    constraint own_place_lon_check check (lon between -180 and 180),
    constraint own_place_lat_check check (lat between -90 and 90),
    constraint own_place_asked_by_check check (length(asked_by) between 1 and 80),
    constraint own_place_withdrawn_check check (
        (withdrawn_by is null) = (withdrawn_at is null) and length(withdrawn_by) between 1 and 80
    )
);
create unique index own_place_spot_key on plan.own_place (region, lon, lat) where withdrawn_at is null;
comment on table plan.own_place is
    'Places that planners draw: candidates of each later load of the region until they are withdrawn.';
comment on column plan.own_place.own_place_id is 'Number of the place.';
comment on column plan.own_place.place_key is
    'Its id among the candidates: raw.candidate.candidate_key.';
comment on column plan.own_place.region is 'Name of the region: raw.load.region.';
comment on column plan.own_place.name is
    'What it is called, untrusted text; null for a place that is called by its address.';
comment on column plan.own_place.suitability_share is
    'How well a charger fits there, in [0, 1]; null where the person did not say.';
comment on column plan.own_place.lon is 'Longitude, degrees.';
comment on column plan.own_place.lat is 'Latitude, degrees.';
comment on column plan.own_place.asked_by is 'Who drew it; untrusted text.';
comment on column plan.own_place.asked_at is 'When.';
comment on column plan.own_place.withdrawn_by is
    'Who took it back, untrusted text; null for a place that stays.';
comment on column plan.own_place.withdrawn_at is 'When it was taken back.';

create table plan.place_load (
    place_load_id bigint generated always as identity primary key,
    region text not null,
    asked_by text not null,
    asked_at timestamptz not null default clock_timestamp(),
    state text not null default 'queued',
    wish text,
    attempt_count integer not null default 0,
    step_number integer,
    step_count integer,
    load_id bigint constraint place_load_load_id_fkey references raw.load on delete set null,
    message text,
    hint text,
    started_at timestamptz,
    finished_at timestamptz,
    constraint place_load_asked_by_check check (length(asked_by) between 1 and 80),
    constraint place_load_state_check check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    constraint place_load_wish_check check (wish = 'cancel')
);
create unique index place_load_open_key on plan.place_load (region) where state in ('queued', 'running');
comment on table plan.place_load is
    'Loads asked for at the desk, which make candidates of the places that planners drew.';
comment on column plan.place_load.place_load_id is 'Number.';
comment on column plan.place_load.region is 'Name of the region; while another one is loaded it waits.';
comment on column plan.place_load.asked_by is 'Who asked; untrusted text.';
comment on column plan.place_load.asked_at is
    'When: what-ifs that were asked for before are solved before, and others after it.';
comment on column plan.place_load.state is 'queued, running, done, failed or cancelled.';
comment on column plan.place_load.wish is 'cancel, where it is to be cancelled; null for nothing.';
comment on column plan.place_load.attempt_count is 'How often it was begun.';
comment on column plan.place_load.step_number is 'The step that is under way, from 1.';
comment on column plan.place_load.step_count is 'How many steps there are.';
comment on column plan.place_load.load_id is 'The load that came of it.';
comment on column plan.place_load.message is 'Why it failed.';
comment on column plan.place_load.hint is 'What to do about it.';
comment on column plan.place_load.started_at is 'When it began.';
comment on column plan.place_load.finished_at is 'When it ended.';

alter table raw.load add column files_sha256 text;
update raw.load set files_sha256 = content_sha256;
alter table raw.load alter column files_sha256 set not null;
comment on column raw.load.files_sha256 is
    'SHA-256 over the region file, the settings and all files, without the places that planners drew.';
comment on column raw.load.content_sha256 is
    'SHA-256 over all that the load holds: equal means nothing new.';
"""


def upgrade() -> None:
    """Create `plan.own_place` and `plan.place_load`, and tell the files of a load from all that it holds."""
    op.execute(_TABLES)


def downgrade() -> None:
    """Drop what `upgrade` made; loads that hold places of planners keep them."""
    op.execute("alter table raw.load drop column files_sha256")
    op.execute(
        "comment on column raw.load.content_sha256 is"
        " 'SHA-256 over the region file, the settings and all sources: equal means nothing new.'"
    )
    op.execute("drop table plan.place_load, plan.own_place")
