"""Phases have titles in both languages, and scenarios the months that works and connections take.

Revision: 1005, after 1006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1005"
down_revision = "1006"
branch_labels = None
depends_on = None

_TABLES = """
create table plan.scenario_lead_time (
    scenario_id bigint primary key
        constraint scenario_lead_time_scenario_id_fkey references plan.scenario on delete cascade,
    permit_month integer not null,
    construction_month integer not null,
    removal_month integer not null
);
comment on table plan.scenario_lead_time is
    'Months before a charger opens. Scenarios stored before this table have no row.';
comment on column plan.scenario_lead_time.scenario_id is 'The scenario.';
comment on column plan.scenario_lead_time.permit_month is 'Design and permits, before construction.';
comment on column plan.scenario_lead_time.construction_month is
    'Works on the site, until the station is in service.';
comment on column plan.scenario_lead_time.removal_month is 'Works where a station is taken down.';

create table plan.scenario_connection_lead (
    scenario_id bigint not null
        constraint scenario_connection_lead_scenario_id_fkey references plan.scenario on delete cascade,
    added_kw_min double precision not null,
    lead_month integer not null,
    primary key (scenario_id, added_kw_min)
);
comment on table plan.scenario_connection_lead is
    'Months from the application for a connection to power, by what a site adds.';
comment on column plan.scenario_connection_lead.scenario_id is 'The scenario.';
comment on column plan.scenario_connection_lead.added_kw_min is
    'Added power from which it holds, up to that of the next row.';
comment on column plan.scenario_connection_lead.lead_month is 'Months.';
"""
_TITLE = "What the phase is for, in"


def upgrade() -> None:
    """Name phases in both languages: a title stored before stands for both. Create the lead times."""
    op.alter_column(
        "scenario_phase", "title", new_column_name="title_en", comment=f"{_TITLE} English.", schema="plan"
    )
    op.add_column(
        "scenario_phase", sa.Column("title_fr", sa.Text, comment=f"{_TITLE} French."), schema="plan"
    )
    op.execute("update plan.scenario_phase set title_fr = title_en")
    op.alter_column("scenario_phase", "title_fr", nullable=False, schema="plan")
    op.execute(_TABLES)


def downgrade() -> None:
    """Keep the English titles; drop the lead times."""
    op.execute("drop table plan.scenario_connection_lead, plan.scenario_lead_time")
    op.drop_column("scenario_phase", "title_fr", schema="plan")
    op.alter_column(
        "scenario_phase",
        "title_en",
        new_column_name="title",
        comment="What the phase is for.",
        schema="plan",
    )
