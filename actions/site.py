"""Will it work here: circuit, heat, noise, size and weight of a machine."""
from __future__ import annotations

from actions import say
from actions.base import Turn
from actions.need import advise, hear
from actions.reply import Provenance, Reply, Table
from catalog.things import System
from sizing.defaults import CIRCUITS
from sizing.running import BTU_PER_WATT_HOUR, KWH_GBP, KWH_SOURCE

TOPICS = ("power", "cooling", "psu")


def reply(turn: Turn) -> Reply:
    turn.state["told"] = hear(turn)
    system = spoken_of(turn)
    if system is None:
        if turn.state["told"]:
            return advise(turn, topics=TOPICS)
        return Reply("question", "Which machine do you have in mind? Name a system or a card, or tell me the job, and I will say what "
                                 "circuit, cooling and space it needs.", TOPICS)
    socket = CIRCUITS["13 a"]
    fits_socket = system.max_power_w <= socket
    where = ("A normal UK 13 A socket carries it" if fits_socket else
             f"It is too much for a normal 13 A socket ({socket:,.0f} W continuously); it needs {system.circuit}")
    noise = {"silent": "silent", "quiet": "quiet enough to sit beside", "office": "acceptable in an office", "loud": "too loud for an office",
             "server_room": "server-room loud: it needs a room of its own"}[system.noise]
    text = (f"**{system.name}** draws up to {system.max_power_w:,} W at the wall, {system.idle_power_w:,} W idle. {where}. "
            f"All of it turns into heat: {system.max_power_w * BTU_PER_WATT_HOUR:,.0f} BTU/h for the room to get rid of"
            f"{', about what a ' + f'{system.max_power_w / 2000:.1f}' + '-bar fan heater gives' if system.max_power_w >= 1000 else ''}. "
            f"Noise: {noise}. It weighs {system.weight_kg:g} kg"
            f"{f' and takes {system.rack_units} rack units' if system.rack_units else ''}. "
            f"Busy all month it would use about {say.money(system.max_power_w * 0.73 * KWH_GBP)} of electricity.")
    row = (("Power, most", f"{system.max_power_w:,} W"), ("Power, idle", f"{system.idle_power_w:,} W"), ("Power supply", f"{system.psu_w:,} W"),
           ("Circuit", system.circuit), ("Heat", f"{system.max_power_w * BTU_PER_WATT_HOUR:,.0f} BTU/h"), ("Noise", system.noise.replace("_", " ")),
           ("Rack units", str(system.rack_units or "not for a rack")), ("Weight", f"{system.weight_kg:g} kg"))
    return Reply("explanation", text, TOPICS, (Table(system.name, ("What", "How much"), row),),
                 provenance=(Provenance("power, noise, weight", f"{system.max_power_w:,} W", "spec", system.source),
                             Provenance("electricity", "25.73 p/kWh", "published", KWH_SOURCE)))


def spoken_of(turn: Turn) -> System | None:
    """The system named in this message, else the cheapest that holds the card named, else the last one recommended."""
    systems = turn.catalog.systems
    for mention in turn.heard.get("mentions") or ():
        kind, thing = mention["kind"], mention["id"]
        if kind == "system" and thing in systems:
            return systems[thing]
        if kind == "gpu":
            count = int((turn.heard.get("told", {}).get("gpu_counts") or {}).get(thing, 1))
            holders = [s for s in systems.values() if any(g.gpu == thing and g.count == count for g in s.gpus)]
            if holders:
                return min(holders, key=lambda s: (s.price is None, s.price.amount if s.price else 0, s.id))
    last = turn.state.get("last") or {}
    return systems.get(last.get("machine") or "")
