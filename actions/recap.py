"""What was told, in words: used wherever a conversation is summed up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES = {
    "params_b": "parameters",
    "vram_gb": "GPU memory",
    "vram_gb_per_gpu": "memory of each GPU",
    "system_ram_gb": "main memory",
    "num_gpus": "number of GPUs",
    "gpus": "GPUs",
    "psu_w": "power supply",
    "context_tokens": "context",
    "storage_gb": "storage",
    "cpu": "processor",
    "circuit": "power",
    "power_w": "power at most",
    "maker": "made by",
    "months": "to last",
    "hours_per_month": "hours a month",
    "tiled": "large pictures",
}
UNITS = {
    "params_b": "billion",
    "vram_gb": "GB",
    "vram_gb_per_gpu": "GB",
    "system_ram_gb": "GB",
    "storage_gb": "GB",
    "psu_w": "W",
    "power_w": "W",
    "months": "months",
    "context_tokens": "tokens",
    "prompt_tokens": "tokens",
    "output_tokens": "tokens",
}
HIDDEN = {"gpu_roles", "gpu_counts", "systems", "not_sure", "volumes", "pile"}  # said by the slots beside them
SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€"}


def told_rows(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(what, value) of everything that was told, in words."""
    return [
        (slot_name(slot), value_text(slot, value, told))
        for slot, value in told.items()
        if slot not in HIDDEN and value not in (None, [], {})
    ]


def slot_name(slot: str) -> str:
    return NAMES.get(slot, slot.replace("_", " "))


def value_text(slot: str, value: Any, told: Mapping[str, Any] = {}) -> str:
    if slot == "tiled":
        return "in tiles at full size"
    if slot == "budget" and isinstance(value, Mapping):
        bound = {"max": "at most ", "about": "about "}.get(value.get("bound") or "", "")
        period = f" a {value['period']}" if value.get("period") else ""
        return f"{bound}{money(value['amount'], value.get('currency') or 'GBP')}{period}"
    if slot == "quote" and isinstance(value, Mapping):
        items = ", ".join(
            f"{number(item.get('count') or 1)}x {thing(item.get('system') or item.get('gpu'))}"
            for item in value.get("items") or ()
        )
        asked = f"for {money(value['amount'], value.get('currency') or 'GBP')}" if value.get("amount") else ""
        return f"{items} {asked}".strip()
    if slot == "precision":  # formats of files are written in capitals: Q5_K_M
        said = value if isinstance(value, (list, tuple)) else [value]
        return ", ".join(str(part).upper() if "_" in str(part) else str(part) for part in said)
    if slot == "gpus":
        counts, roles = told.get("gpu_counts") or {}, told.get("gpu_roles") or {}
        names = []
        for gpu in value if isinstance(value, (list, tuple)) else [value]:
            key = next((k for k in (*counts, *roles) if k == gpu or k == str(gpu).lower().replace(" ", "_")), None)
            count, role = counts.get(key), roles.get(key)
            names.append((f"{number(count)}x " if count else "") + str(gpu) + (f" ({role})" if role else ""))
        return ", ".join(names)
    if isinstance(value, Mapping):
        if "amount" in value:
            return f"{number(value['amount'])} {value.get('unit') or value.get('currency') or ''}".strip()
        return ", ".join(f"{key} {number(part)}" for key, part in value.items() if part is not None)
    if slot == "params_b" and isinstance(value, (list, tuple)):
        return " to ".join(number(part) for part in value) + " billion"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part).replace("_", " ") for part in value)
    if isinstance(value, (int, float)):
        return f"{number(value)} {UNITS.get(slot, '')}".strip()
    return str(value).replace("_", " ") if slot in ("task", "phase", "form_factor", "deployment") else str(value)


def thing(id: Any) -> str:
    """A catalog id as people write it: "dgx_h100" is DGX H100."""
    return str(id).replace("_", " ").upper()


def number(value: Any) -> str:
    """With thousands separators; billions in words, never an exponent."""
    if not isinstance(value, (int, float)):
        return str(value)
    return (
        f"{value / 1e9:,.10g} billion"
        if 1e9 <= abs(value) < 1e15
        else f"{value:,.10g}"
        if abs(value) < 1e9
        else f"{value:,.0f}"
    )


def money(amount: Any, currency: str) -> str:
    return f"{SYMBOLS[currency]}{number(amount)}" if currency in SYMBOLS else f"{number(amount)} {currency}"
