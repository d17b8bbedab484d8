"""Reference models timed on machines."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    slug, choice, text, number, integer = sa.String(120), sa.String(40), sa.Text(), sa.Float(), sa.Integer()
    op.create_table(
        "timings",
        sa.Column("id", slug, primary_key=True),
        sa.Column("reference", slug, nullable=False),
        sa.Column("network", slug, nullable=False),
        sa.Column("item", text, nullable=False),
        sa.Column("gpu", slug),
        sa.Column("processor", text, nullable=False),
        sa.Column("provider", slug, nullable=False),
        sa.Column("precision", choice, nullable=False),
        sa.Column("batch", integer, nullable=False),
        sa.Column("sizes", text),
        sa.Column("items_per_s", number, nullable=False),
        sa.Column("items_per_s_low", number, nullable=False),
        sa.Column("items_per_s_high", number, nullable=False),
        sa.Column("items_per_s_with_copies", number),
        sa.Column("memory_gb", number),
        sa.Column("power_w", number),
        sa.Column("clock_mhz", number),
        sa.Column("layers", integer, nullable=False),
        sa.Column("params_m", number, nullable=False),
        sa.Column("gmacs", number, nullable=False),
        sa.Column("activations_m", number, nullable=False),
        sa.Column("driver", text),
        sa.Column("cuda", text),
        sa.Column("cudnn", text),
        sa.Column("onnxruntime", text, nullable=False),
        sa.Column("warm_up", integer, nullable=False),
        sa.Column("repeats", integer, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", text, nullable=False),
        sa.Column("notes", text),
    )


def downgrade() -> None:
    op.drop_table("timings")
