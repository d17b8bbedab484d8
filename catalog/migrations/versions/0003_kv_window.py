"""Layers that attend within a window keep no more than that many tokens."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("networks", sa.Column("kv_window", sa.Integer()))


def downgrade() -> None:
    op.drop_column("networks", "kv_window")
