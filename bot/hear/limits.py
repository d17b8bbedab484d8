"""What the answer must keep to: the watts it may draw, the maker it must come from, the months it must last, and
whether pictures are worked through at their full size."""

from __future__ import annotations

import re

from .heard import Span
from .numbers import Number, tidy

_WATTS = re.compile(r"\s?-?(?P<kilo>k)?w(?:atts?)?(?![a-z/])")
_AT_MOST_AFTER = re.compile(
    r"\s?(?:at (?:the )?most|max(?:imum)?\b|tops\b|to spare|to play with|or less|or under|limit|"
    r"budget|ceiling|cap\b|envelope|is all|"
    r"(?:is|are) (?:all|the (?:limit|most|maximum)))"
)
_AT_MOST_BEFORE = re.compile(
    r"\b(?:under|below|at most|up to|max(?:imum)?(?: of)?|no more than|not more than|less than|within|"
    r"limit(?:ed)? (?:to|of)|"
    r"limit(?: is|:)?|cap(?:ped)? at|(?:power|watt\w*) (?:budget|envelope|limit)(?: of| is|:)?|"
    r"(?:may|can|could|allowed to) (?:only )?(?:draw|use|take|have|consume))\s(?:about |"
    r"around |~)?$"
)
_SUPPLY = re.compile(r"\b(?:psus?|power suppl\w+|supply|tdp)\b")  # what they have, not what they allow

_TIME = re.compile(r"\s?-?(?P<unit>months?|mths?|years?|yrs?)(?![a-z])")
_LASTS_BEFORE = re.compile(
    r"\b(?:(?:for|over|during) (?:the |about |at least |the next |the coming |around |maybe )*|last(?:s|"
    r"ing)? (?:us |me |"
    r"for |about |at least )*|lifetime (?:is|of) |horizon (?:is|of) |(?:within|over) a term of |next |coming )$"
)
_LASTS_AFTER = re.compile(
    r"(?:'s|s')?[ -](?:long )?(?:project|pilot|programme|program|grant|contract|horizon|term|trial|lifetime|"
    r"life|lease|"
    r"engagement|study)\b"
)
_OF_WHAT = re.compile(
    r"\s(?:of|worth|old|ago|daily|minute|hourly|history|historical|warranty|experience|training|data)\b"
)
_NO_HORIZON_BEFORE = re.compile(
    r"\b(?:data|history|records?|logs?|waited|running|worked|used|had|been)\b[^.?!,\n]{0,24}$"
)

_MACS = (
    r"(?:macs?|mac ?books?(?: pro| air)?|mac (?:mini|studio|pro)|imac|"
    r"apple(?: silicon)?(?: machines?| computers?| kit)?)"
)
_MAKERS = (
    (
        "apple",
        rf"\bon an? {_MACS}\b|\b(?:which|what|best|cheapest|smallest) {_MACS}\b|\b(?:has to|must|"
        rf"should) be an? {_MACS}\b|"
        rf"\b(?:buy|get|want|prefer|need|like) an? (?:new )?{_MACS}\b|\b(?:only|just) (?:an? )?{_MACS}\b|"
        rf"\bapple only\b",
    ),
    (
        "amd",
        r"\bamd only\b|\bonly (?:buy |use |want )?(?:an? )?(?:amd|radeon)\b|\b(?:must|has to|"
        r"should) be (?:an )?amd\b",
    ),
    (
        "nvidia",
        r"\bnvidia only\b|\bonly (?:buy |use |want )?(?:an? )?nvidia\b|\b(?:must|has to|should) be (?:an )?nvidia\b",
    ),
)
_MAKER = tuple((maker, re.compile(pattern)) for maker, pattern in _MAKERS)
_OWNED = re.compile(r"\b(?:my|our|i have|i've got|we have|i own|i got)\b[^.?!\n]{0,30}$")
_OR = re.compile(r"^\s?(?:or|vs\.?|versus|and)\b|\b(?:or|vs\.?|versus)\s(?:buy |get |an? )*$")

_TILED = re.compile(
    r"\b(?:in|into|as|with|by|use|using) (?:\w{1,16} ){0,2}?(?:tiles|tiling|crops|patches)\b|\btiled\b|\bsahi\b|"
    r"\b(?:at|in|on) (?:the )?(?:full|native|original) (?:resolution|size)\b|\bfull[- ]res(?:olution)?\b|"
    r"\b(?:without|no|not|never|can't|cannot|must not|don't) (?:be )?(?:any )?(?:shrink\w*|shrunk|downscal\w*|"
    r"down-?siz\w*|"
    r"re-?siz\w*|scal\w+ down|downsampl\w*)\b"
)


def limits(low: str, numbers: list[Number]) -> list[Span]:
    """One span for each limit in figures that is said, and one where pictures keep their size."""
    found = [span for number in numbers if (span := _watts(low, number) or _months(low, number))]
    if match := _TILED.search(low):
        found.append(Span(match.start(), match.end(), "tiled", True))
    return found


def makers(low: str) -> list[Span]:
    """Whose machine it must be; not of one they have, nor of one among others."""
    for maker, pattern in _MAKER:
        match = pattern.search(low)
        if match and not _OR.search(low[match.end() :]) and not _OR.search(low[: match.start()]):
            return [] if _OWNED.search(low[: match.start()]) else [Span(match.start(), match.end(), "maker", maker)]
    return []


def _watts(low: str, number: Number) -> Span | None:
    watts = _WATTS.match(low, number.end)
    if not watts:
        return None
    before, after = low[max(0, number.start - 40) : number.start], low[watts.end() : watts.end() + 24]
    if _SUPPLY.search(before) or _SUPPLY.search(after[:14]):
        return None
    if not (number.bound == "max" or _AT_MOST_AFTER.match(after) or _AT_MOST_BEFORE.search(before)):
        return None
    return Span(number.start, watts.end(), "power_w", tidy(number.value * (1000 if watts["kilo"] else 1)))


def _months(low: str, number: Number) -> Span | None:
    time = _TIME.match(low, number.end)
    if not time or number.value <= 0:
        return None
    before, after = low[max(0, number.start - 48) : number.start], low[time.end() :]
    if _OF_WHAT.match(after) or _NO_HORIZON_BEFORE.search(before):
        return None
    if not (_LASTS_BEFORE.search(before) or _LASTS_AFTER.match(after)):
        return None
    return Span(number.start, time.end(), "months", tidy(number.value * (12 if time["unit"].startswith("y") else 1)))
