"""What each trainee has shown to know."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "progress",
        sa.Column("person", sa.String(120), primary_key=True),
        sa.Column("article", sa.String(120), primary_key=True),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("last_right", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("progress")
