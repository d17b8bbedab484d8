"""The first tables: seven kinds of things, the state and the journal of imports."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def column(name: str, kind: Any, required: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=not required)


def upgrade() -> None:
    slug, choice, text, number, integer, money, day, yes_no = (
        sa.String(120), sa.String(40), sa.Text(), sa.Float(), sa.Integer(), sa.String(40), sa.Date(), sa.Boolean())
    op.create_table(
        "gpus",
        sa.Column("id", slug, primary_key=True),
        column("topic", slug, required=True),
        column("name", text, required=True),
        column("vendor", text, required=True),
        column("architecture", text, required=True),
        column("launch_year", integer),
        column("form_factor", text, required=True),
        column("memory_gb", number, required=True),
        column("memory_kind", choice, required=True),
        column("bandwidth_gbs", number, required=True),
        column("fp32_tflops", number),
        column("tf32_tflops", number),
        column("fp16_tflops", number),
        column("bf16_tflops", number),
        column("fp8_tflops", number),
        column("int8_tops", number),
        column("tdp_w", number),
        column("nvlink_gbs", number),
        column("pcie_gen", integer),
        column("compute_capability", text),
        column("ecc", yes_no),
        column("aliases", text),
        column("price_amount", money),
        column("price_currency", choice),
        column("price_day", day),
        column("price_source", text),
        column("source", text, required=True),
        column("notes", text),
    )
    op.create_table(
        "systems",
        sa.Column("id", slug, primary_key=True),
        column("name", text, required=True),
        column("form_factor", choice, required=True),
        column("gpus", text),
        column("cpu", text, required=True),
        column("cpu_cores", integer, required=True),
        column("ram_gb", number, required=True),
        column("ram_bandwidth_gbs", number, required=True),
        column("nvme_tb", number, required=True),
        column("psu_w", integer, required=True),
        column("max_power_w", integer, required=True),
        column("idle_power_w", integer, required=True),
        column("rack_units", integer),
        column("weight_kg", number, required=True),
        column("noise", choice, required=True),
        column("circuit", text, required=True),
        column("network_gbps", number, required=True),
        column("nvlink", yes_no, required=True),
        column("price_amount", money),
        column("price_currency", choice),
        column("price_day", day),
        column("price_source", text),
        column("made_of", text, required=True),
        column("source", text, required=True),
        column("notes", text),
    )
    op.create_table(
        "storage",
        sa.Column("id", slug, primary_key=True),
        column("name", text, required=True),
        column("kind", choice, required=True),
        column("capacity_tb", number, required=True),
        column("read_gbs", number, required=True),
        column("write_gbs", number),
        column("read_iops", number),
        column("power_w", number),
        column("rack_units", integer),
        column("price_amount", money),
        column("price_currency", choice),
        column("price_day", day),
        column("price_source", text),
        column("source", text, required=True),
        column("notes", text),
    )
    op.create_table(
        "network_gear",
        sa.Column("id", slug, primary_key=True),
        column("name", text, required=True),
        column("kind", choice, required=True),
        column("protocol", choice, required=True),
        column("gbps", number, required=True),
        column("ports", integer, required=True),
        column("power_w", number),
        column("price_amount", money),
        column("price_currency", choice),
        column("price_day", day),
        column("price_source", text),
        column("source", text, required=True),
        column("notes", text),
    )
    op.create_table(
        "cloud_offers",
        sa.Column("id", slug, primary_key=True),
        column("provider", text, required=True),
        column("gpu", slug, required=True),
        column("count", integer, required=True),
        column("terms", choice, required=True),
        column("price_amount", money, required=True),
        column("price_currency", choice, required=True),
        column("price_day", day, required=True),
        column("price_source", text, required=True),
        column("region", text),
        column("notes", text),
    )
    op.create_table(
        "exchange_rates",
        sa.Column("currency", choice, primary_key=True),
        column("gbp", money, required=True),
        column("day", day, required=True),
        column("source", text, required=True),
    )
    op.create_table(
        "networks",
        sa.Column("id", slug, primary_key=True),
        column("name", text, required=True),
        column("kind", choice, required=True),
        column("task", slug, required=True),
        column("params_m", number),
        column("active_params_m", number),
        column("gmacs", number),
        column("activations_m", number),
        column("item", text, required=True),
        column("input", text),
        column("layers", integer),
        column("hidden", integer),
        column("heads", integer),
        column("kv_heads", integer),
        column("head_dim", integer),
        column("kv_bytes_fp16", number),
        column("context", integer),
        column("native_bits", number),
        column("open_weights", yes_no, required=True),
        column("aliases", text),
        column("source", text, required=True),
    )
    op.create_table(
        "state",
        sa.Column("id", integer, primary_key=True),
        column("revision", integer, required=True),
        column("seed", sa.String(64), required=True),
    )
    op.create_table(
        "imports",
        sa.Column("revision", integer, primary_key=True, autoincrement=False),
        column("at", sa.DateTime(), required=True),
        column("file", text, required=True),
        column("changes", sa.JSON(), required=True),
    )


def downgrade() -> None:
    for name in ("imports", "state",
                 "networks", "exchange_rates", "cloud_offers", "network_gear", "storage", "systems", "gpus"):
        op.drop_table(name)
