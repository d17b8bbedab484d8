"""Cards in a message: which, how many, with how much memory, and in what role.

A bare name ("A100") is the card that the catalog gives that alias, under the name that its variants share; it is
narrowed to a variant only by what the text says: 80 GB, SXM, laptop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from catalog.things import Catalog, Gpu

from . import unfamiliar
from .gazetteer import BRANDS, Gazetteer, find, stem
from .money import SELLERS
from .numbers import ONES
from .text import GPU, MONEY, SYSTEM, Taken, Token, sentence_start

# a bare "4090" is a card unless something that is counted or measured stands behind it, or money before it
_COUNTED_NEXT = re.compile(
    r"\s?(?:%|\u00a3|\$|\u20ac|[gmtk]i?b\b|[a-z]*bit\b|k\b|m\b|p\b|px|x\s?\d|w\b|watts?|v\b|fps|hz|mhz|ms\b|"
    r"s\b(?<!')|secs?\b|min|hours?|hrs?|days?|weeks?|months?|"
    r"years?|images?|photos?|pictures?|pics?|frames?|videos?|clips?|files?|scans?|samples?|examples?|rows?|records?|"
    r"documents?|docs?|"
    r"pages?|tokens?|words?|users?|people|customers?|requests?|queries|cases?|patients?|steps?|iterations?|epochs?|"
    r"items?|parts?|"
    r"pounds?|quid|euros?|dollars?|usd|gbp|eur|labelled|labeled|training|batch|cuda|cores?|per\b|a (?:second|minute|"
    r"hour|day|month)|"
    r"articles?|calls?|messages?|emails?|products?|staff|employees|students|different|units|pixels?|params?|"
    r"parameters?)"
)
_DIMENSION = re.compile(r"\d{3,5}\s?[x*]\s?$")  # "1920x1080": so many cards has nobody
# "4000 vibration sensors": so many of something
_MANY_OF = re.compile(
    r"\s(?!(?:cards?|gpus?|ada|series|or|vs|and|with|for|on|in|to|laptops?)\b)(?:[a-z-]{3,20}\s){0,2}?"
    r"(?!(?:cards|gpus|is|was|has|does|this|times|less|its|us)\b)[a-z]{3,20}[^s\W]s\b"
)
_MONEY_BEFORE = re.compile(
    r"(?:[\u00a3$\u20ac.:/=-]|,(?!\s)|budget(?: of| is)?|year|in|by|since|than|size|of|resolution|"
    r"batch)\s?$"
)
_CARD_BEFORE = re.compile(
    r"(?:\b(?:a|an|my|our|the|one|single|two|three|four|six|eight|dual|pair of|old|used|new|on|with|vs\.?|or|and|"
    r"than|have|own|got|"
    r"gpus?|cards?|graphics|buy|get|add(?:ing)?|another|\d{1,2}|\d{1,2}\s?gb|laptop)\s?|\dx\s?|^\s*)$"
)
_BRAND_AFTER = re.compile(r"\s?\b(?:rtx|gtx)\b")
_SUFFIX = re.compile(r"[\s-]?(?:ti(?: super)?|super|xtx?|gre)\b")  # a card of its own, never the plain one
_CONSUMER = re.compile(
    r"(?<![\w.,$\u00a3\u20ac])(?:(?:nvidia |geforce |rtx[ -]?|gtx[ -]?){0,3})(?P<number>10[5-8]0|"
    r"16[56]0|20[5-8]0|30[5-9]0|40[5-9]0|50[5-9]0)"
    r"(?:[\s-]?(?:ti|super)\b){0,2}(?:\s(?:rtx|gtx)\b)?(?!\w*\d|p\b)"
)
_UNLISTED = re.compile(
    r"(?<![\w])(?:(?:nvidia\s|geforce\s|amd\s|radeon\s){0,3}(?:(?:rtx|gtx|quadro|geforce|tesla|titan|rx|arc|instinct|"
    r"firepro|jetson)[ -]?"
    r"(?:(?:pro|rtx|agx|orin|nano|xavier|tx|thor|nx|gv|gp|[amktpvb])[ -]?){0,3}(?:\d{1,4}(?!\s?gb)[a-z]{0,3}\b|\bx\b|"
    r"\bv\b|xp\b|z\b|rtx\b|black\b|(?<=nano)|(?<=xavier)|(?<=orin)|(?<=nx))"
    r"(?:[ -]?(?:ti|super|xtx?|gre|ada|nano|nx)\b){0,2})"
    r"|(?:\d{3}mx|mx ?\d{3}|gt ?\d{3,4}|radeon vii|vega ?(?:56|64)|tpu ?v\d\w?|mi ?\d{2,3}[xa]?|hd ?\d{4}|iris xe|"
    r"uhd ?\d{3}|strix halo|dgx spark|gb10|"
    r"ryzen ai max\+? ?(?:pro )?(?:\d{3})?|apple m\d(?: (?:pro|max|ultra))?|m\d (?:pro|max|ultra)|k80|m40|m60|m10|"
    r"k40|p100|v620|a10g)(?![\w]))"
)

_CHIPS = frozenset({"system on chip", "laptop processor"})
_MEMORY = r"\d{1,4}(?:\.\d)?\s?-?(?:gb|gib|gigs?|g)"
_MEMORY_INSIDE = re.compile(r"\b(\d{1,4})\s?(?:gb|g)\b")
_MEMORY_AFTER = re.compile(
    r"(?:'?s)?(?:[\s(:/-]|,(?= which| that| with)|\b(?:with|has|having|have|which|that|already|also|its|of|only|"
    r"just|cards?|gpus?|"
    r"laptop|mobile|nvidia|founders|edition|sxm\d?|pcie|nvl)\b){0,12}(?P<gb>\d{1,4}(?:\.\d)?)\s?-?(?:gb|gib|"
    r"gigs?|g)\b"
    r"(?!\s*(?:of\s)?(?:main |system |host |cpu |ddr\d\w* ){0,2}(?:ram\b|ddr|system|of system|ssd|nvme|hdd|disk|"
    r"storage|data|model|files?|images?))"
)
_MEMORY_BEFORE = re.compile(
    r"(?<![\w.])(?P<gb>\d{1,4}(?:\.\d)?)\s?-?(?:gb|gib|gigs?|g)\b(?:\s?(?:of\s)?(?:v-?ram|"
    r"gddr\d\w?|memory))?(?:\s|-|of|from|on|in|the|a|my|an|nvidia|amd|geforce|apple|\)|"
    rf"[{SYSTEM}])*$"
)
_FORM_NEAR = re.compile(
    r"[\s(-]*(?:\d{1,3}\s?gb?[\s,)(-]+)?(sxm\d?|pcie|nvl|max-?q|laptop|mobile|"
    r"notebook|server|workstation)\b"
)
_NO_CHIP_AFTER = re.compile(r"\s?(?:screws?|ssd|nvme|slot|drive|bolts?)\b")  # M.2 drives and M4 screws
_LAPTOP_BEFORE = re.compile(
    r"\b(?:laptop|notebook|mobile)(?:'s)?\s(?:(?:with|has|having|and|an?|the|its|gpu|is|"
    r"nvidia|:)\s)*$"
)

COUNT_WORDS = {
    **{w: n for w, n in ONES.items() if n},
    "single": 1,
    "dual": 2,
    "twin": 2,
    "pair of": 2,
    "couple": 2,
    "couple of": 2,
    "triple": 3,
    "quad": 4,
    "dozen": 12,
}  # "a card" is no count
_FILLER = (
    r"(?:(?:of|x|nvidia|amd|intel|geforce|radeon|rtx|gtx|tesla|quadro|used|new|old|older|second-?hand|"
    r"refurbished|more|extra|additional|other|way|"
    rf"my|our|those|these|the|good|proper|gpus?|cards?|gpu cards?|graphics|{_MEMORY})[\s-]+)*"
)
_COUNT_BEFORE = re.compile(
    rf"(?:(?:(?<![\w.,])(?P<nodes>\d{{1,4}})\s*(?:machines?|nodes?|servers?|boxes|hosts?|x)\s*(?:x|with|of|each with|"
    rf"having|,)?\s*)?"
    rf"(?<![\w.,$\u00a3\u20ac])(?P<figure>-?\d{{1,6}})(?![\d.]|\s?[gt]b)\s?(?:x\s?|\*\s?|-)?|"
    rf"\b(?P<word>{'|'.join(COUNT_WORDS)})[\s-]+){_FILLER}$"
)
_COUNT_AFTER = re.compile(
    r"(?:'?s)?(?:\s?\(?\d{1,3}\s?gb\)?)?\s?(?:x|\*)\s?(?P<figure>\d{1,4})(?![\dx.]|\s?(?:gb|mp|"
    r"\d))"
)
_COUNT_CARDS = re.compile(
    r"(?:'?s)?(?:\s?\(?\d{1,3}\s?gb?\)?)?\s?(?:x\s?)?(?:,\s?)?(?P<figure>\d{1,4})\s(?:of them|"
    r"cards|gpus)\b"
)

_ROLES = (
    (
        "gone",
        re.compile(
            r"\b(?:don't|do not|no longer|never|doesn't|didn't|haven't|not) (?:actually |really |even |any more "
            r")?(?:own|have|got)\b|"
            r"\b(?:i|we)(?:'ve| have)? (?:just |already )?(?:sold|returned|gave away|got rid of|scrapped)\b"
        ),
    ),
    (
        "quoted",
        re.compile(
            rf"\b(?:{SELLERS} (?:wants?|asks?|is asking|charges?) (?:us )?(?:for )?[$\u00a3\u20ac{MONEY}\d]|"
            r"quotes?|quoted|quotation|proposal|proposed|offer(?:ed|s)?|told (?:me |us |that )*(?:we|"
            r"i)(?:'d| would|'ll| will)? (?:need|needed|want|should (?:buy|get|have|go for))|told|"
            r"recommended|recommends?|suggested|insist(?:s|ed|ing)? on|swears? by|"
            r"(?:says?|said|insists?|claims?) (?:that )?(?:we|i)(?:'d| would)? need|trying to sell (?:us|me)|sold)\b"
        ),
    ),
    (
        "owned",
        re.compile(
            r"\b(?:(?:they|he|she|client|customer|firm|company|team|lab|department) (?:have|has|owns?|got|"
            r"already (?:have|has|owns?))|i have|i've|i got|we have|we've|we own|i own|own|have got|we run|we use|i "
            r"use|my|our|"
            r"currently (?:have|own|us\w+|run\w*|deploy\w*|on|got|with|train\w*|serv\w*)|"
            r"existing|already|in house|in stock|"
            r"got|sitting (?:here|idle)|spare|lying around)\b"
        ),
    ),
    (
        "wanted",
        re.compile(
            r"\b(?:buy|buying|purchase|get|getting|thinking of|thinking about|consider|considering|"
            r"plan|planning|want|wanted|looking at|"
            r"interested in|upgrade|upgrading|adding|add|should i|would|need|rent|renting|order|eyeing|"
            r"tempted|wonder\w*|move to|switch\w* to|replac\w* (?:it|them) with|would an?)\b"
        ),
    ),
)


@dataclass(frozen=True)
class Card:
    """One card that the text names. `id` is the catalog's, or a slug of the name where the catalog has none."""

    start: int
    end: int
    id: str
    name: str
    known: bool
    count: int | None
    nodes: int | None
    memory_gb: float | None  # as said, of one card
    memory_at: tuple[int, int] | None  # where that is said
    role: str
    chip: bool  # a part of a processor, not a card


def _variant(gpu: Gpu, kin: tuple[Gpu, ...], memory: float | None, form: str, laptop: bool) -> tuple[Gpu | None, str]:
    """The card meant and the name to call it by; (None, name) when the text says a variant that the catalog lacks.
    `gpu` is what the catalog takes the bare name for; `kin` differ from it in memory or form only."""
    name = stem(gpu)
    left = tuple(c for c in kin if c.laptop == (laptop or gpu.laptop))
    if not left:
        return None, f"{name} laptop"
    if memory is not None:
        left = _of_memory(left, memory) or _of_memory(kin, memory)
        if not left:
            return None, f"{name} {memory:g}GB"
    if form:
        left = tuple(c for c in left if form[:3] in (c.name + c.form_factor).lower().replace("-", "")) or left
    chosen = gpu if gpu in left else left[0]
    if memory is None and not form and not laptop:
        return chosen, name
    return chosen, chosen.name if len(left) == 1 else f"{name} {memory:g}GB" if memory is not None else name


def _of_memory(cards: tuple[Gpu, ...], memory: float) -> tuple[Gpu, ...]:
    return tuple(c for c in cards if abs(c.memory_gb - memory) < 0.5)


def _count(match: re.Match[str] | None) -> int | None:
    if not match:
        return None
    word = match.groupdict().get("word")
    return COUNT_WORDS[word] if word else int(match["figure"])


def _places(low: str, tokens: list[Token], gazetteer: Gazetteer) -> list[tuple[int, int, str]]:
    """(start, end, gpu id) of the catalog's cards; brand words on either side belong to the name."""
    places = []
    for hit in find(gazetteer.things, low, tokens):
        if hit.kind != "gpu":
            continue
        first, last = hit.first, hit.last
        start, end = tokens[first].start, tokens[last - 1].end
        branded = tokens[first].text in BRANDS
        while first and tokens[first - 1].text in BRANDS and low[tokens[first - 1].end : start] in ("", " ", "-"):
            first, branded = first - 1, True
            start = tokens[first].start
        after = _BRAND_AFTER.match(low, end)
        if after:
            end, branded = after.end(), True
        key = [t.text for t in tokens[hit.first : hit.last]]
        if not branded and len(key) == 1 and key[0].isdigit() and not _bare(low, start, end, key[0]):
            continue
        previous = tokens[hit.first - 1].text if hit.first else ""
        if len(key) == 1 and key[0].isalpha() and previous.isdigit() and len(previous) >= 3:
            continue  # "RX 9999 XTX" is no XTX, and not 9999 of them
        if len(key) == 2 and key[0] == "m" and _NO_CHIP_AFTER.match(low, end):
            continue
        suffix = _SUFFIX.match(low, end)
        places.append((start, suffix.end(), "") if suffix else (start, end, hit.id))
    return places


def _unlisted(low: str) -> Iterator[tuple[int, int, str]]:
    """Cards that read like cards but stand in no catalog: kept as written."""
    for match in _CONSUMER.finditer(low):
        more = not match.group()[0].isdigit() or match.end("number") < match.end()
        if more or _bare(low, match.start(), match.end(), match["number"]):
            yield match.start(), match.end(), ""
    for match in _UNLISTED.finditer(low):
        if any(c.isdigit() or c == "x" for c in match.group()):
            yield match.start(), match.end(), ""


def _written(name: str) -> str:
    """'4050 rtx' and 'gtx 4050' -> 'RTX 4050'; others as written."""
    match = _CONSUMER.fullmatch(name)
    if not match:
        return name
    tail = re.sub(r"\b(?:rtx|gtx)\b", "", name[match.end("number") :]).replace("ti", " Ti").replace("super", " Super")
    return " ".join(f"{'GTX' if match['number'][0] == '1' else 'RTX'} {match['number']} {tail}".split())


def _bare(low: str, start: int, end: int, number: str) -> bool:
    """Whether a bare number such as 4090 is a card: nothing counted behind it, no money before it; those whose number
    is also a screen height or a year need a word before them."""
    plural = re.match(r"'?s\b", low[end : end + 3])
    if plural:
        return True
    if _DIMENSION.search(low, max(0, start - 8), start) or (number.endswith("000") and _MANY_OF.match(low, end)):
        return False
    if _COUNTED_NEXT.match(low, end) or (low[end : end + 1] in {",", "."} and low[end + 1 : end + 2].isdigit()):
        return False
    before = low[max(0, start - 16) : start]
    if before.endswith(", ") and number[-2] not in "5678":
        return False  # "2000, 4000 and 5000 of them"
    return bool(_CARD_BEFORE.search(before)) or (number[0] in "345" and not _MONEY_BEFORE.search(before))


_REACH = {"gone": 40, "quoted": 120, "owned": 60, "wanted": 45}  # characters: "we want X done, one 4090" wants X


def role(low: str, start: int) -> str:
    """Owned, wanted, quoted or "": the nearest word before it in its sentence that says whose it is."""
    first = sentence_start(low, start)
    before = low[first:start]
    best, at = "", -1
    for name, cue in _ROLES:
        for match in cue.finditer(before):
            if match.end() > max(at, len(before) - _REACH[name]):
                best, at = name, match.end()
    return best


def cards(low: str, tokens: list[Token], gazetteer: Gazetteer, catalog: Catalog) -> list[Card]:
    """Every card in the text, in order."""
    places: list[tuple[int, int, str]] = _places(low, tokens, gazetteer)
    taken = Taken(place[:2] for place in places)
    strangers = ((start, end, "") for start, end in unfamiliar.cards(low, gazetteer.field))
    for place in (*_unlisted(low), *strangers):
        if not taken.touches(*place[:2]):
            places.append(place)
            taken.add(*place[:2])
    places.sort()
    found: list[Card] = []
    for i, (start, end, listed) in enumerate(places):
        floor = places[i - 1][1] if i else 0
        ceiling = places[i + 1][0] if i + 1 < len(places) else len(low)
        before, after = low[max(floor, start - 60) : start], low[end : min(ceiling, end + 60)]
        ahead, behind = _MEMORY_AFTER.match(after), _MEMORY_BEFORE.search(before)
        memory = ahead or behind
        gb = float(memory["gb"]) if memory else None
        offset = end if ahead else start - len(before)
        at = (offset + memory.start("gb"), offset + memory.end("gb")) if memory else None
        if gb and listed and gb > 1.5 * max(g.memory_gb for g in gazetteer.families[listed]):
            gb, at = None, None  # the machine's memory, or all cards' together
        inside = _MEMORY_INSIDE.search(low[start:end])
        if inside:
            gb, at = float(inside[1]), (start, end)
        form = _FORM_NEAR.match(after) or _FORM_NEAR.search(low[start:end])
        kind = form[1].replace("-", "") if form else ""
        portable = kind in {"laptop", "mobile", "notebook", "maxq"} and "pro" not in low[start:end]
        laptop = portable or bool(_LAPTOP_BEFORE.search(before))
        counted = _COUNT_BEFORE.search(before)
        count = _count(counted)
        if count is None:
            count = _count(_COUNT_AFTER.match(after) or _COUNT_CARDS.match(after))
        nodes = int(counted["nodes"]) if counted and counted["nodes"] else None
        if listed:
            gpu, name = _variant(catalog.gpus[listed], gazetteer.families[listed], gb, kind, laptop)
            id = gpu.id if gpu else re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
            known = gpu is not None
            chip = catalog.gpus[listed].form_factor in _CHIPS
        else:
            name, known = _written(low[start:end].strip()), False
            id, chip = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"), bool(re.match(r"m\d|apple|uhd|iris", name))
        found.append(Card(start, end, id, name, known, count, nodes, gb, at, role(low, start), chip))
    return _same(found, catalog)


def _same(found: list[Card], catalog: Catalog) -> list[Card]:
    """ "three V100 32G ... is it the V100": the later, bare name means the variant that was said."""
    said = {stem(catalog.gpus[c.id]): c for c in reversed(found) if c.known and c.name != stem(catalog.gpus[c.id])}
    return [replace(c, id=said[c.name].id, name=said[c.name].name) if c.known and c.name in said else c for c in found]


_SEVERAL = re.compile(
    rf"{GPU}[^.?!\n]{{0,60}}?(?:\bvs\b|\bversus\b|\bor\b|\bcompared\b|\bagainst\b|\bthan\b|"
    rf"\bover\b)[^.?!\n]{{0,60}}?{GPU}|\bbetween\b[^.?!\n]{{0,40}}{GPU}"
)
_NODES = re.compile(r"(?<![\w.,])(?P<figure>\d{1,4}|two|three|four|eight)\s(?:machines|nodes|servers|boxes|hosts)\b")
_GENERIC = re.compile(
    rf"(?<![\w.,$\u00a3\u20ac])(?P<figure>-?\d{{1,9}})\s?[x-]?\s?(?:{_MEMORY}\s)?(?:nvidia\s|amd\s|identical\s|"
    r"more\s)?(?:gpus?|"
    rf"graphics cards?|video cards?|accelerators|cards)\b(?!['\w])"
    rf"|\b(?P<word>{'|'.join(COUNT_WORDS)})[\s-](?:{_MEMORY}\s)?(?:nvidia\s|amd\s)?(?:gpus?|graphics cards?|cards)\b"
)


def versus(low: str) -> bool:
    """Whether cards (blotted out in `low`) are set against each other."""
    return bool(_SEVERAL.search(low))


def generic_count(low: str) -> int | None:
    """'6 GPUs', with no card named."""
    return _count(_GENERIC.search(low))


def node_count(low: str) -> int | None:
    match = _NODES.search(low)
    return None if not match else COUNT_WORDS.get(match["figure"]) or int(match["figure"])
