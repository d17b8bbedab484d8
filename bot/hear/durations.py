"""Times: how long something takes, may take, or goes on each day; and how soon an answer must come."""

from __future__ import annotations

import re

from .heard import Span
from .numbers import Number, tidy

TIME = re.compile(
    r"\s?-?(?:an?\s)?(?P<unit>milliseconds?|millis|msec|ms|seconds?|secs?|s|minutes?|mins?|hours?|"
    r"hrs?|h|days?|nights?|weeks?|months?|years?)(?![\w/])"
)
_SECONDS = {
    "ms": 1e-3,
    "mi": 60.0,
    "se": 1.0,
    "s": 1.0,
    "ho": 3600.0,
    "hr": 3600.0,
    "h": 3600.0,
    "da": 86400.0,
    "ni": 12 * 3600.0,
    "we": 7 * 86400.0,
    "mo": 30 * 86400.0,
    "ye": 365 * 86400.0,
}
PER_WHAT = re.compile(
    r"\s?(?:/\s?|(?:per|an?|each|every|for (?:each|one|an?|every|"
    r"a single))\s)(?:\w{1,24}\s){0,3}?(?P<what>epochs?|iterations?|iter|its?|steps?|folds?|"
    r"images?|frames?|videos?|batch(?:es)?|runs?|models?|tokens?|requests?|pictures?|photos?|"
    r"answers?|queries|scans?|samples?|rows?|pass(?:es)?|voices?|shots?|page)\b"
)
_TAKES = re.compile(
    r"\b(?:an? |one |each |every |per )?(?P<what>epoch|iteration|step|fold|image|frame|run|batch|"
    r"training|it|model)\b[^.?!\n]{0,12}\b(?:takes?|took|is taking|needs?|lasts?|wants?|costs?|=|:|"
    r"is)\s(?:me |us |now |still |over |about |around |nearly |like |up to |roughly |~)*$"
)
_DEADLINE_BEFORE = re.compile(
    r"\b(?:within|in under|under|in less than|less than|in at most|no (?:longer|more) than|"
    r"not (?:longer|more) than|must (?:finish|train|run|be done|complete)[^.?!\n]{0,12} in|"
    r"finish(?:ed)?[^.?!\n]{0,12} in|done in|"
    r"(?:train|retrain|fine-?tune|converge|complete)[^.?!\n]{0,30} (?:in|inside|within)|"
    r"(?:may|can|could) take|at most|max(?:imum)?|deadline(?: is| of|:)?|take at most|up to|"
    r"(?:train\w*|retrain\w*|fine-?tun\w*)[^.?!\n]{0,30} every)\s(?:about |"
    r"around |roughly |~|the )*$"
)
_LATENCY_AROUND = re.compile(
    r"latenc|respon[ds]|reply|replies|real[- ]?time|per (?:image|frame|request|query|part|"
    r"item|picture)|answer|first token|ttft|each (?:image|frame|part|item)|inference time|"
    r"react|delay|cycle|takt|decision|decide|score|verdict|eject|reject"
)
_DAILY = re.compile(r"(?:\s?(?:a|per|/|each|every)\s?day\b|\sdaily\b)")
_WEEKLY = re.compile(r"\s?(?:a|per|/|each|every)\s?week\b")
_MONTHLY = re.compile(r"\s?(?:a|per|/|each|every)\s?month\b")
_TRANSCRIBED = re.compile(
    r"\b(?:transcri\w+|caption\w*|subtitl\w*|dictat\w*|denois\w*)\s(?:about |around |roughly |some |up to |~|maybe )?$"
)
_EACH = re.compile(r"\s?(?:a|per|/|each|every)\s?(?P<per>day|week|month)\b")
_PARTS = re.compile(
    r"\b(?:old|ago|away|warranty|left|later|since|guarantee|experience|lifetime|lease|contract|"
    r"delivery|lead)\b"
)

_CLOCK = re.compile(r"\b24\s?/\s?7\b|\baround the clock\b|\ball day,? every day\b|\balways on\b|\b24 hours a day\b")
_REAL_TIME = re.compile(
    r"\breal[- ]?time\b|\blive\b(?:[- ]transcri\w+|[- ]stream\w*|[- ]video| feeds?| caption\w*|"
    r" calls?| cameras?| detection| translation)|\binstant(?:ly|aneous)\b|\bon the fly\b|"
    r"\bas it happens\b"
)
_OVERNIGHT = re.compile(
    r"\b(?:train|retrain|run|finish|done|process\w*|tune|"
    r"fine-?tune)\w*\b[^.?!\n]{0,40}\bovernight\b|\bovernight\b[^.?!\n]{0,20}\b(?:train|retrain|"
    r"run|batch)|\bnightly\b|\b(?:every|each) night\b"
)
_ETA = re.compile(
    r"\b(?:eta|time (?:remaining|left|to go)|remaining(?: time)?|estimated (?:time|at|to take)|(?:tqdm|progress bar|"
    r"trainer|keras|console|log|counter|it|which) (?:says?|shows?|estimates?|predicts?|reads?|promises|claims|"
    r"reckons))[^.?!\n\d]{0,16}$"
)
_TO_GO = re.compile(r"\s(?:remaining|to go|eta|of training left)\b")
_EACH_RUN = re.compile(r"epoch|iter|step|fold|batch")
_TAKES_TIME = re.compile(r"\b(?:takes?|took|taking)\s(?:\w{1,24}\s){0,2}$")
_RUN_TAKES = re.compile(r"\b(?:takes?|took|taking|wants?|needs?|does|will be)\s(?:\w{1,24}\s){0,2}[~]?$")
_GONE_BY = re.compile(r"\b(?:last|past|next|for the)\s?$")
_ONE_EVERY = re.compile(
    r"\b(?:an?|one) (?P<what>(?!second|minute|hour|day|night|week|month|gpu|card|run|training)[a-z]{3,16})"
    r"(?: (?:comes?|passes|arrives|goes|is made|leaves)(?: \w{1,8})?)? every (?:about |around |roughly |~)?$"
)
_PICTURES = frozenset(("picture", "photo", "frame", "shot", "image"))
_DAYS_A_WEEK = re.compile(r"\b(?P<days>[1-7]|five|six|seven) days (?:a|per|each) week")
_WITHIN_A = re.compile(
    r"\b(?:within|inside|in under|in less than|in at most|under|(?:may|can|could) take) (?:an?|the) (?P<unit>hour|"
    r"day|night|week|month)\b"
)
_BY_TOMORROW = re.compile(r"\bby (?:(?P<soon>(?:tomorrow )?morning)|tomorrow(?: evening| night)?)\b")
_SHORT = {
    "h": "hours",
    "hr": "hours",
    "hrs": "hours",
    "s": "seconds",
    "sec": "seconds",
    "secs": "seconds",
    "min": "minutes",
    "mins": "minutes",
    "ms": "milliseconds",
}


def seconds_of(unit: str) -> float:
    if unit.startswith(("milli", "ms")):
        return 1e-3
    return _SECONDS.get(unit[:2], _SECONDS.get(unit[:1], 1.0))


def duration(low: str, number: Number, match: re.Match[str]) -> Span | None:
    """A time (`match` of TIME behind `number`) as deadline, latency, claim or hours of work; None where it is none."""
    start, end, unit = number.start, match.end(), match["unit"]
    before, after = low[max(0, start - 60) : start], low[end : end + 50]
    seconds = number.value * seconds_of(unit)
    if _PARTS.match(after.lstrip()) or _GONE_BY.search(before):
        return None
    if seconds and (each := _ONE_EVERY.search(before)):
        what = "image" if each["what"] in _PICTURES else each["what"]
        rate = {"amount": tidy(round(1 / seconds, 6)), "unit": f"{what}s/s"}
        return Span(start - len(each.group()), end, "throughput", rate)
    spoken = unit.startswith("h") and _TRANSCRIBED.search(before) and _EACH.match(after)
    if spoken:
        return Span(start, end, "throughput", {"amount": tidy(number.value), "unit": f"hours of audio/{spoken['per']}"})
    if unit.startswith(("h", "d")) and (_DAILY.match(after) or _WEEKLY.match(after) or _MONTHLY.match(after)):
        hours = _hours_a_month(number.value, unit, after, low[end : end + 60])
        return None if hours is None else Span(start, end, "hours_per_month", hours)
    per, takes = PER_WHAT.match(after), _TAKES.search(before)
    soon = seconds <= 120 and not (per and _EACH_RUN.match(per["what"])) and not _TAKES_TIME.search(before)
    if soon and ((unit.startswith("m") and seconds < 10) or _LATENCY_AROUND.search(before + after)):
        return Span(start, end, "latency", {"amount": tidy(round(seconds, 6)), "unit": "s"})
    said = {"amount": tidy(number.value), "unit": _SHORT.get(unit, unit if unit.endswith("s") else unit + "s")}
    limited = _DEADLINE_BEFORE.search(before)
    if per and not limited:
        return Span(start, end + per.end(), "claim", {**said, "per": per["what"]})
    if limited and seconds >= 60:
        return Span(start, end, "deadline", {"amount": tidy(round(seconds / 3600, 6)), "unit": "hours"})
    if takes and seconds:
        return Span(start, end, "claim", {**said, "per": takes["what"]})
    if seconds >= 60 and (_RUN_TAKES.search(before) or _ETA.search(before) or _TO_GO.match(after)):
        return Span(start, end, "claim", {**said, "per": "run"})
    return None


def _hours_a_month(amount: float, unit: str, after: str, on: str) -> float | None:
    """'8 hours a day, 5 days a week' -> 173.3; None for '3 days a month ago' and its like."""
    if unit.startswith("d") and not _WEEKLY.match(after):
        return None
    hours = amount if unit.startswith("h") else amount * 8.0  # a day's work
    times = 365 / 12 if _DAILY.match(after) else 52 / 12 if _WEEKLY.match(after) else 1.0
    days = _DAYS_A_WEEK.search(on)
    if days and _DAILY.match(after):
        times = {"five": 5, "six": 6, "seven": 7}.get(days["days"]) or int(days["days"])
        times *= 52 / 12
    return round(min(hours * times, 744), 1) if hours > 0 else hours


def standing(low: str) -> list[Span]:
    """Times said without a number: 24/7, real time, overnight."""
    found = []
    for pattern, kind, value in (
        (_CLOCK, "hours_per_month", 730),
        (_REAL_TIME, "latency", "real time"),
        (_OVERNIGHT, "deadline", {"amount": 12, "unit": "hours"}),
    ):
        match = pattern.search(low)
        if match:
            found.append(Span(match.start(), match.end(), kind, value))
    by = _BY_TOMORROW.search(low)
    if by:
        found.append(Span(by.start(), by.end(), "deadline", {"amount": 12 if by["soon"] else 24, "unit": "hours"}))
    within = _WITHIN_A.search(low)
    if within:
        hours = tidy(round(seconds_of(within["unit"]) / 3600, 6))
        found.append(Span(within.start(), within.end(), "deadline", {"amount": hours, "unit": "hours"}))
    return found
