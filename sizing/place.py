"""Where the machine is to stand, and what stands there already."""

from __future__ import annotations

from catalog.things import FORM_FACTORS, Catalog
from sizing.defaults import CIRCUITS
from sizing.need import Owned, Place
from sizing.told import Told
from sizing.units import as_list, first

FORMS: dict[str, tuple[str, ...]] = {
    "laptop": ("laptop",),
    "notebook": ("laptop",),
    "tower": ("tower", "mini"),
    "desktop": ("tower", "mini"),
    "workstation": ("tower",),
    "rack": ("rack",),
    "server": ("rack",),
    "mini": ("mini", "edge"),
    "edge": ("edge", "mini"),
}
LOUDEST = ("silent", "quiet", "office", "loud")
VENDORS = {"nvidia", "amd", "intel", "apple"}
HERE = {
    "on_prem",
    "on_premises",
    "on-premises",
    "edge",
    "laptop",
    "local",
    "home",
    "office",
}  # ways to say "not in the cloud"


def circuit_watts(circuit: str) -> float | None:
    """Watts a socket or circuit carries continuously, "13 A socket" -> 2,392; None when it is not one we know."""
    text = circuit.lower().replace("socket", "").replace("amps", "a").replace("amp", "a").strip()
    for amperes in ("13", "16", "32", "63"):
        text = text.replace(f"{amperes}a", f"{amperes} a")
    # the longest name first: "3-phase 32 a" is not "32 a"
    return next((CIRCUITS[name] for name in sorted(CIRCUITS, key=len, reverse=True) if name in text), None)


def place(told: Told) -> Place:
    """Limits of the place. Naming a place or a kind of machine rules the cloud out; naming only the cloud rules
    buying out."""
    excluded = {str(x).lower() for x in as_list(told.get("excluded"))}
    deployment = {str(x).lower().split(" ")[0] for x in as_list(told.get("deployment"))}
    form, noise = first(told.get("form_factor")), first(told.get("noise"))
    circuit, allowed = first(told.get("circuit")), told.get("power_w")
    carried = circuit_watts(circuit) if circuit else None
    watts = float(allowed) if isinstance(allowed, int | float) else None
    binding = watts is not None and (carried is None or watts < carried)
    forms = FORMS.get(form) or (FORMS["laptop"] if "laptop" in deployment else None)
    if "edge" in deployment and forms is None:
        forms = ("edge", "mini", "tower", "rack")
    if excluded & set(FORM_FACTORS):
        forms = tuple(f for f in forms or FORM_FACTORS if f not in excluded and (forms or f != "laptop"))
    quietest = (noise if noise in LOUDEST else "quiet") if noise else None
    here = bool(deployment & HERE) or form != "" or watts is not None  # who counts watts means their own
    cloud = "cloud" in deployment
    return Place(
        watts if binding else carried,
        str(as_list(told["circuit"])[0]) if circuit and not binding else None,
        quietest,
        forms,
        cloud="cloud" not in excluded and (cloud or not here),
        own=(here or not cloud) and "on_prem" not in excluded,
        service=cloud,  # nobody's words are sent away who has not said that they may be
        vendors_out=tuple(sorted(excluded & VENDORS)),
        maker=first(told.get("maker")) or None,
    )


def owned(told: Told, catalog: Catalog) -> tuple[Owned, ...]:
    """The cards the client says they have."""
    counts = told.get("gpu_counts") or {}
    ram = told.get("system_ram_gb")
    return tuple(
        Owned(catalog.gpus[gpu], max(1, int(counts.get(gpu, 1))), float(ram) if isinstance(ram, int | float) else None)
        for gpu, role in (told.get("gpu_roles") or {}).items()
        if role == "owned" and gpu in catalog.gpus
    )
