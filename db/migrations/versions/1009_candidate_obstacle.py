"""Candidate obstacles: what stands in the way of a station at a candidate.

Revision: 1009, after 1008.
"""

from __future__ import annotations

from alembic import op

revision = "1009"
down_revision = "1008"
branch_labels = None
depends_on = None

_TABLE = """
create table plan.candidate_obstacle (
    run_id bigint not null constraint candidate_obstacle_run_id_fkey references plan.run on delete cascade,
    site_id integer not null,
    is_final boolean not null,
    obstacle text not null,
    level text not null,
    other_site_id integer,
    grid_node_id integer,
    allowed double precision,
    found double precision,
    primary key (run_id, site_id, is_final, obstacle, level),
    constraint candidate_obstacle_obstacle_check check (obstacle in (
        'exclusion', 'score', 'junction', 'action', 'lock', 'charger', 'power', 'price', 'area', 'spacing',
        'gap', 'overlap', 'grid', 'budget', 'project_count', 'area_project_count'
    ))
);
comment on table plan.candidate_obstacle is
    'What stands in the way of a station at a candidate, in every plan of the scenario or beside that of '
    'the run.';
comment on column plan.candidate_obstacle.run_id is 'The run.';
comment on column plan.candidate_obstacle.site_id is 'The candidate.';
comment on column plan.candidate_obstacle.is_final is
    'True in every plan: together these rows bar all stations there (model.candidate_obstacle); false beside '
    'what the plan of the run does (model.candidate_conflict).';
comment on column plan.candidate_obstacle.obstacle is
    'What it is, as those functions name it.';
comment on column plan.candidate_obstacle.level is 'The level that it keeps away; empty for all.';
comment on column plan.candidate_obstacle.other_site_id is 'The station that is too near.';
comment on column plan.candidate_obstacle.grid_node_id is 'The node of the grid that has least room.';
comment on column plan.candidate_obstacle.allowed is
    'The limit: score, kW connected, CAD, stations, projects or metres; null where there is nothing to '
    'measure.';
comment on column plan.candidate_obstacle.found is 'What there is, or what the least station would take.';
comment on column plan.site_bound.refusal is
    'Why nothing may be built there: exclusion, score, junction (as in model.candidate_refusal), action (no '
    'phase builds), lock (planners forbid it), limit (each station there meets a limit that no plan can '
    'move: plan.candidate_obstacle); null where something may.';
insert into plan.candidate_obstacle (run_id, site_id, is_final, obstacle, level)
select run_id, site_id, true, refusal, '' from plan.site_bound where is_candidate and refusal <> 'limit';
"""
_FORMER = """
drop table plan.candidate_obstacle;
comment on column plan.site_bound.refusal is
    'Why nothing may be built there: exclusion, score, junction (as in model.candidate_refusal), action (no '
    'phase builds), lock (planners forbid it), limit (no station keeps the limits of a single site); null '
    'where something may.';
"""


def upgrade() -> None:
    """Create `plan.candidate_obstacle`, with what earlier runs know."""
    op.execute(_TABLE)


def downgrade() -> None:
    """Drop it."""
    op.execute(_FORMER)
