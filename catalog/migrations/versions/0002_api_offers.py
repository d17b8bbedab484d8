"""Networks that others run, paid by the token."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    slug, choice, text, money, day = sa.String(120), sa.String(40), sa.Text(), sa.String(40), sa.Date()
    op.create_table(
        "api_offers",
        sa.Column("id", slug, primary_key=True),
        sa.Column("provider", text, nullable=False),
        sa.Column("network", slug, nullable=False),
        sa.Column("input_price", money, nullable=False),
        sa.Column("output_price", money, nullable=False),
        sa.Column("currency", choice, nullable=False),
        sa.Column("day", day, nullable=False),
        sa.Column("source", text, nullable=False),
        sa.Column("notes", text),
    )


def downgrade() -> None:
    op.drop_table("api_offers")
