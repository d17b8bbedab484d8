"""`plainspec leads` and `plainspec feedback`: what people on the website left for us."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, TextIO

import yaml

from catalog import conversations, leads
from catalog.conversations import Turn
from catalog.leads import Lead


class NoSuchLead(Exception):
    """There is no lead of that number; the message says so."""


def leads_out(id: int | None, as_json: bool, out: TextIO = sys.stdout) -> None:
    """Prints one lead whole, or all of them: in short, or as JSON lines."""
    found = [lead for lead in leads.every() if id is None or lead.id == id]
    if id is not None and not found:
        raise NoSuchLead(f"There is no lead {id}; `plainspec leads` lists those there are.")
    if not found:
        print("Nobody has asked for a person yet.", file=sys.stderr)
    for lead in found:
        if as_json:
            print(json.dumps(lead_json(lead), ensure_ascii=False), file=out)
        else:
            print("\n".join(printable(line) for line in (whole(lead) if id is not None else short(lead))), file=out)


def forget(id: int) -> None:
    if not leads.forget(id):
        raise NoSuchLead(f"There is no lead {id}, so nothing was deleted.")
    print(f"Lead {id} is deleted.", file=sys.stderr)


def lead_json(lead: Lead) -> dict[str, Any]:
    shown = {key: value for key, value in vars(lead).items() if key != "session"}
    return {**shown, "at": f"{lead.at.isoformat()}Z", "told": lead.told is not None}


def printable(line: str) -> str:
    """Without what would steer a terminal: escape sequences that somebody typed as their name, for one."""
    return "".join(c if c.isprintable() else " " for c in line)


def standing(lead: Lead) -> str:
    if lead.told is not None:
        return "told to Slack"
    return f"Slack could not be told: {lead.trouble}" if lead.trouble else "nobody was told yet"


def short(lead: Lead) -> list[str]:
    recommended = str(lead.context.get("recommended") or "nothing recommended yet").split(". ")[0]
    return [f"{lead.id:>4}  {lead.at:%Y-%m-%d %H:%M} UTC  {lead.name}, {lead.contact}  ({standing(lead)})",
            f"      {recommended}"]


def whole(lead: Lead) -> list[str]:
    context = lead.context
    lines = [*short(lead)[:1], f"      {lead.note}" if lead.note else "", "What they told us:"]
    lines += [f"  {what}: {value}" for what, value in context["told"]]
    lines += ["What was assumed:", *(f"  {value} ({why})" for value, why in context["assumptions"])]
    lines += ["The answer for that:", f"  {context['recommended'] or 'none yet'}", "The conversation:"]
    for said in context["transcript"]:
        lines += [f"  {said['at']} {said['who']}:", *(f"    {line}" for line in said["text"].splitlines())]
    return [line for line in lines if line]


def feedback_out(out: TextIO = sys.stdout) -> None:
    """Prints each judged conversation up to its last judged turn, as a file of tests/conversations could be."""
    rated = conversations.rated()
    if not rated:
        print("Nobody has judged an answer yet.", file=sys.stderr)
    for _, turns in rated:
        print("---", file=out)
        yaml.safe_dump(candidate(turns), out, sort_keys=False, allow_unicode=True, width=10_000)


def candidate(turns: list[Turn]) -> dict[str, Any]:
    """What pleased is expected again. What did not is expected not to come again: what should come instead, a person
    has to write."""
    last = max(i for i, turn in enumerate(turns) if turn.thumb)
    judged = [f"{turn.thumb}: {turn.word or 'no word'}" for turn in turns if turn.thumb]
    return {
        "why": " ".join(f"Feedback of {turns[last].at:%Y-%m-%d}. {'; '.join(judged)}".split()),
        "turns": [{"user": turn.text, "expect": expected(turn)} for turn in turns[: last + 1]],
    }


def expected(turn: Turn) -> dict[str, Any]:
    reply = turn.replies[0]
    if turn.thumb == "down":
        return {"says_not": [f"^{re.escape(reply['text'][:80])}"]}
    recommended = reply.get("recommended") if turn.thumb == "up" else None
    return {"kind": reply["kind"], **({"recommended": recommended} if recommended else {})}
