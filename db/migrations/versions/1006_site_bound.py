"""Site bounds: what a run proves of a station at each site, and what the cheapest one there would cost.

Revision: 1006, after 1004.
"""

from __future__ import annotations

from alembic import op

revision = "1006"
down_revision = "1004"
branch_labels = None
depends_on = None

_TABLE = """
create table plan.site_bound (
    run_id bigint not null constraint site_bound_run_id_fkey references plan.run on delete cascade,
    site_id integer not null,
    is_candidate boolean not null,
    refusal text,
    option_id text,
    phase integer,
    objective_bound double precision,
    cheapest_option_id text,
    cheapest_phase integer,
    ports text,
    capex_cad double precision,
    grant_cad double precision,
    resale_cad double precision,
    primary key (run_id, site_id),
    constraint site_bound_refusal_check check (refusal in (
        'exclusion', 'score', 'junction', 'action', 'lock', 'limit'
    )),
    constraint site_bound_proof_check check (
        num_nulls(option_id, phase, objective_bound) in (0, 3)
    ),
    constraint site_bound_cheapest_check check (
        num_nulls(refusal, cheapest_option_id) = 1
        and num_nulls(cheapest_option_id, cheapest_phase, ports, capex_cad, grant_cad, resale_cad) in (0, 6)
    )
);
comment on table plan.site_bound is
    'What a run proves of sites that it might equip, what that would cost there at least, and why it may '
    'not build on the other candidates.';
comment on column plan.site_bound.run_id is 'The run.';
comment on column plan.site_bound.site_id is 'The site.';
comment on column plan.site_bound.is_candidate is 'No station stands there before the plan.';
comment on column plan.site_bound.refusal is
    'Why nothing may be built there: exclusion, score, junction (as in model.candidate_refusal), action (no '
    'phase builds), lock (planners forbid it), limit (no station keeps the limits of a single site); null '
    'where something may.';
comment on column plan.site_bound.option_id is
    'The option of the site that the bound leaves most room; null without a bound.';
comment on column plan.site_bound.phase is 'The phase of that option; null without a bound.';
comment on column plan.site_bound.objective_bound is
    'No plan that equips the site has a greater objective value: proved by prices of the relaxation; '
    'null where the run has solved none.';
comment on column plan.site_bound.cheapest_option_id is
    'The option of the site that costs least, less grants and resale; null where nothing may be built.';
comment on column plan.site_bound.cheapest_phase is 'The phase in which it costs so little.';
comment on column plan.site_bound.ports is
    'Ports after that option as charger_type=count, joined by +.';
comment on column plan.site_bound.capex_cad is 'Capital cost of that option, gross.';
comment on column plan.site_bound.grant_cad is 'Its grants, before the caps on whole applications.';
comment on column plan.site_bound.resale_cad is 'What removed equipment brings.';
"""


def upgrade() -> None:
    """Create `plan.site_bound`."""
    op.execute(_TABLE)


def downgrade() -> None:
    """Drop it."""
    op.execute("drop table plan.site_bound")
