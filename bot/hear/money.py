"""Amounts of money and what they are: a budget, a quote, or a price."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from .numbers import Number, tidy
from .text import sentence_start

_SYMBOLS = {
    "r$": "BRL",
    "us$": "USD",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "$": "USD",
    "\u00a3": "GBP",
    "\u20ac": "EUR",
    "\u00a5": "JPY",
    "\u20b9": "INR",
    "rs.": "INR",
    "rs": "INR",
    "chf": "CHF",
    "z\u0142": "PLN",
}
_CODES = (
    "gbp",
    "usd",
    "eur",
    "chf",
    "aud",
    "cad",
    "nzd",
    "hkd",
    "sgd",
    "sek",
    "nok",
    "dkk",
    "pln",
    "inr",
    "jpy",
    "cny",
    "aed",
    "brl",
)
_WORDS = {
    "quid": "GBP",
    "pounds": "GBP",
    "pound": "GBP",
    "sterling": "GBP",
    "dollars": "USD",
    "dollar": "USD",
    "bucks": "USD",
    "usd": "USD",
    "euros": "EUR",
    "euro": "EUR",
    "rupees": "INR",
    "yen": "JPY",
    "francs": "CHF",
    "reais": "BRL",
    "dirhams": "AED",
}
_NAMES = {**_WORDS, **{c: c.upper() for c in _CODES}, **_SYMBOLS}
_SIGNS = "\u00a3$\u20ac\u00a5\u20b9"


def _any_of(*names: Iterable[str]) -> str:
    """A pattern for any of the names, the longest first."""
    return "|".join(re.escape(name) for name in sorted((n for group in names for n in group), key=len, reverse=True))


_BEFORE = re.compile(f"(?<![a-z])(?P<unit>{_any_of(_SYMBOLS, _CODES)})\\s?$")
_AFTER = re.compile(rf"\s?(?:(?P<k>k)\s?)?(?P<unit>{_any_of(_WORDS, _CODES, _SIGNS)})(?![a-z])")
_THOUSANDS_POINT = re.compile(r"\d{1,3}(?:\.\d{3})+")  # "5.000 euros", as on the continent

_PERIOD = re.compile(
    r"\s?(?:/\s?|(?:per|an?|each|every)\s)(?P<period>month|mo|year|yr|annum|week|day|hour|hr|h)\b|"
    r"\s?(?P<ly>monthly|yearly|annually|hourly|weekly)\b"
)
_PERIODS = {
    "mo": "month",
    "yr": "year",
    "annum": "year",
    "hr": "hour",
    "h": "hour",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
    "hourly": "hour",
    "weekly": "week",
}
_MAX_AFTER = re.compile(
    r"\s?(?:\([^)]{0,20}\)\s?)?(?:at (?:the )?most|max(?:imum)?|tops|or less|or under|"
    r"absolute limit|limit|ceiling|cap)\b"
)
_MAX_BEFORE = re.compile(
    r"\b(?:max(?:imum)?|under|below|up to|at most|no more than|not more than|less than|within|"
    r"limit(?:ed)?|cap(?:ped)?|ceiling|top)\b[^.?!\n]{0,22}$"
)
_ABOUT_BEFORE = re.compile(r"(?:~|\b(?:(?<!what )(?<!how )about|around|roughly|approx\w*|some|circa|ish|say))\W{0,3}$")
_BUDGET_BEFORE = re.compile(
    r"\b(?:budget\w*|spend\w*|afford|invest\w*|funds?|funding|grant|pay|set aside|allocated|"
    r"price (?:range|limit|point)|capex|cost\w*|have|'ve|got|put|burn|with|"
    r"for|under|below|up to|around|about|within|on|at most|max(?:imum)?|no more than|give me|"
    r"what about|worth of|top out at)\b(?:\W{1,3}[\w']+){0,4}?\W{0,3}$"
)
_BUDGET_AFTER = re.compile(
    r"\s?\+?\s?(?:budget|to spend|to invest|total budget|max(?:imum)?\b|available|"
    r"at (?:the )?most|tops|all[- ]in|or less|in funding|in the (?:bank|pot)|grant)"
)
_BUDGET_STRONG = re.compile(
    r"\b(?:budget\w*|spend\w*|afford|invest\w*|set aside|allocated|grant|funding|"
    r"max(?:imum)?)\b[^.?!\n]{0,40}$"
)
_NOT_MONEY_AFTER = re.compile(
    r"\s?(?:[gmtk]i?b\b|gigs?\b|%|x\b|px|p\b|images?|photos?|pictures?|pics?|frames?|tokens?|users?|people|rows?|"
    r"records?|documents?|docs?|pages?|"
    r"hours?|hrs?|days?|weeks?|months?|years?|minutes?|mins?|seconds?|secs?|ms\b|fps|gpus?|cards?|classes|epochs?|"
    r"steps?|iterations?|samples?|cameras?|context|ctx|seq|"
    r"requests?|queries|servers?|nodes?|machines?|watts?|w\b|params?|parameters?|calls?|emails?|messages?|customers?|"
    r"products?|videos?|files?|scans?|words?|resolution|items|cases|patients)"
)
_BUDGET_WORDS = re.compile(r"\b(?:budget|spend|afford)")
_STOP = re.compile(
    r"\s*(?:[.,;:!?)\]\n+]|-\s|$|(?:for|to|max|in|total|all|so|and|or|but|if|is|ish|which|with|ex|"
    r"excl\w*|inc\w*|plus|available|per|an?|tops|at|on|though|would|should|can|could|"
    r"we|i|that|altogether|overall|roughly|maybe|please|from|this|right|now)\b|/)"
)
SELLERS = r"(?:vendor|reseller|supplier|dealer|shop|dell|hpe?|lenovo|supermicro|scan|they|he|she)"
_QUOTED = re.compile(
    r"\b(?:quoted?(?! (?:needed|please|by|wanted|for (?:my|a) client))|quotation|proposal|offer(?:ed|s)?|asking|"
    rf"wants? to sell|charges?|charging|{SELLERS} (?:wants?|asks?|is asking)(?=\s(?:us )?(?:for )?[$\u00a3\u20ac]?$)|"
    r"came in at|priced at|invoice)\b"
)
# "a card under 300", "quoted 31,500 for it", "would sell it for 1500"
_PAID_BEFORE = re.compile(
    r"\b(?:gpus?|cards?|pc|computer|laptop|build|machine|box|rig|workstation|server)\b[^.?!,\n]{0,24}?\b(?:under|"
    r"below|up to|"
    r"at most|less than)\s(?:about |around )?$|"
    r"\b(?:quoted|offered|charged)(?: (?:me|us|them))?\s(?:about |around )?$|"
    r"\b(?:sell\w*|sold|asking|wants)\b[^.?!\n]{0,16}\bfor\s(?:about |around )?$"
)
_MINUS = re.compile(r"(?:^|[^\dk\s]\s?)(?:\b(?:minus|negative)\s|(?<!\S)[-\u2212])$")  # "12,000 minus 3,000" takes away
_SCREENS = (2000.0, 4000.0, 5000.0, 8000.0)
_SHOWN = re.compile(
    r"\b(?:gaming|games?|video|footage|streams?|cameras?|monitor|display|images?|photos?|pictures?|render\w*|"
    r"resolution|upscal\w*)\b[^.?!\n]{0,24}\b(?:at|in|to)\s$"
)
_BROKE = re.compile(
    r"\b(?:no|zero|without (?:a|any)|don't have (?:a|any|the)|haven't (?:got )?(?:a|any)|"
    r"not got (?:a|any)) (?:budget|money|funds|funding)\b(?! (?:limit|cap|constraint|set|in mind|yet|"
    r"worries|problem|issue|objection))"
    r"|\bcan(?:'|no)?t (?:really )?(?:afford|pay for|spend) (?:anything|a thing|any of)\b|"
    r"\bfor free\b|\bspend nothing\b"
)
_AFFORD_NOT = re.compile(r"\bcan(?:'|no)?t (?:really )?(?:afford|pay for)\b")


class Money(NamedTuple):
    """`kind` is budget, quote or price; `low` the lesser end of a range; `currency` None when not said."""

    start: int
    end: int
    amount: float
    low: float | None
    currency: str | None
    bound: str
    period: str
    kind: str

    @property
    def told(self) -> dict[str, object]:
        parts = {
            "amount": tidy(self.amount),
            "currency": self.currency,
            "bound": self.bound or None,
            "period": self.period or None,
            "min": None if self.low is None else tidy(self.low),
        }
        return {key: value for key, value in parts.items() if value is not None or key == "currency"}


def _unit(low: str, number: Number) -> tuple[int, int, str | None, float]:
    """(start, end, currency, factor) of the amount with its currency, before or behind."""
    before = _BEFORE.search(low[max(0, number.start - 4) : number.start])
    after = _AFTER.match(low, number.end)
    factor = 1000.0 if after and after["k"] and not number.suffix else 1.0
    if before and before["unit"]:
        start = max(0, number.start - 4) + before.start()
        end = after.end() if after and _NAMES[after["unit"]] == _NAMES[before["unit"]] else number.end
        return start, end, _NAMES[before["unit"]], factor if end != number.end else 1.0
    inside = re.search(r"[$\u00a3\u20ac]", low[number.start : number.end])  # "8k-$10k"
    if after:
        return number.start, after.end(), _NAMES[after["unit"]], factor
    return number.start, number.end, _NAMES[inside.group()] if inside else None, 1.0


def amounts(low: str, numbers: list[Number]) -> list[Money]:
    """The money in a message. A number without a currency is money only where the words around it speak of a budget."""
    found: list[Money] = []
    for number in numbers:
        start, end, currency, factor = _unit(low, number)
        written = low[number.start : number.end]
        sign = -1.0 if currency and number.value > 0 and _MINUS.search(low[max(0, start - 12) : start]) else 1.0
        value, least = number.value * factor, None if number.low is None else number.low * factor
        if _THOUSANDS_POINT.fullmatch(written) and currency:
            value = float(written.replace(".", ""))
        value *= sign
        after, before = low[end : end + 40], low[max(0, start - 60) : start]
        grand = written.endswith("grand")
        if re.match(r"\s?(?:/|per |a )\s?kwh\b", after):
            continue  # what power costs
        if not currency and not grand:
            joined = after[:1].isalpha() or (after[:1] in {"/", "-"} and not _PERIOD.match(after))
            if joined or number.suffix == "b" or _NOT_MONEY_AFTER.match(after):
                continue
            if number.suffix == "k" and value in _SCREENS and _SHOWN.search(before):
                continue  # "gaming at 4k"
            said = _BUDGET_AFTER.match(after) or (_BUDGET_STRONG.search(before) and _STOP.match(after))
            strong = value >= 50 and said
            asked = _QUOTED.search(before) and before.endswith((" at ", " for "))
            strong = strong or (value >= 50 and _STOP.match(after) and _PAID_BEFORE.search(before))
            weak = number.suffix == "k" and (_BUDGET_BEFORE.search(before) or asked) and _STOP.match(after)
            if not (strong or weak):
                continue
        period = _PERIOD.match(after)
        span = (period["period"] or period["ly"]) if period else ""
        if period:
            end += period.end()
            after = low[end : end + 40]
        bound = (
            "max"
            if number.bound == "max" or _MAX_AFTER.match(after) or _MAX_BEFORE.search(before)
            else "about"
            if number.bound == "about" or _ABOUT_BEFORE.search(before)
            else ""
        )
        sentence = low[sentence_start(low, start) : start]
        cues = [(m.start(), "quote") for m in _QUOTED.finditer(sentence)]
        cues += [(m.start(), "budget") for m in _BUDGET_WORDS.finditer(sentence)]
        called = _BUDGET_STRONG.search(before) or _BUDGET_AFTER.match(after) or bound == "max"
        kind = max(cues)[1] if cues else "budget" if called else "price"
        found.append(Money(start, end, value, least, currency, bound, _PERIODS.get(span, span), kind))
    return found


def broke(low: str) -> tuple[int, int] | None:
    """Where the text says that there is no money at all."""
    match = _BROKE.search(low)
    return (match.start(), match.end()) if match else None


def budget(found: list[Money], later_wins: bool) -> Money | None:
    """The budget among the amounts: what is called one, else what things cost that they look at, lowest to highest."""
    named = [m for m in found if m.kind == "budget"]
    if named:
        return named[-1] if later_wins else named[0]
    prices = [m for m in found if m.kind == "price"]
    if not prices:
        return None
    currency = next((m.currency for m in reversed(prices) if m.currency in ("GBP", "USD", "EUR")), prices[0].currency)
    same = [m for m in prices if m.currency == currency and m.period == prices[-1].period] or prices[-1:]
    top, least = max(same, key=lambda m: m.amount), min(m.low or m.amount for m in same)
    return top._replace(low=least if least < top.amount else top.low)
