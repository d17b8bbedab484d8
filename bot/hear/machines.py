"""Whole machines, processors, and what is in the box: RAM, GPU memory, drives, power supply."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .cards import COUNT_WORDS, role
from .gazetteer import Gazetteer, find
from .heard import Span
from .numbers import Number, tidy
from .text import CPU, GPU, Taken, Token

_CPU = re.compile(
    r"(?<!\w)(?:(?P<count>dual|two|quad|[248]x?|[248] x)\s)?(?:amd |intel )?(?P<name>"
    r"ryzen (?:threadripper )?(?:pro )?[3579]?(?: pro)? ?\d{3,4}\w{0,3}|ryzen ai \d (?:\w{1,3} )?\d{3}|"
    r"ryzen [3579]\b|threadripper(?: pro)?(?: ?\d{4}\w{0,3})?|"
    r"epyc(?: [a-z]{4,6})?(?: ?\d{4}\w?)?|xeon(?:[ -](?:gold|silver|platinum|bronze|max|phi|scalable|w|d|e|e3|e5|e7|"
    r"w\d))?(?:[ -]?(?:e\d-)?\d{4,5}\w{0,2}(?: ?v\d)?)?|"
    r"core ultra \d(?: \d{3}\w{0,2})?|(?:core )?i[3579]\b(?:[ -]?\d{4,5}\w{0,3})?|(?:core )?i[3579]-?\d{4,5}\w{0,3}|"
    r"hx ?370|fx-?\d{4}|1[0-4][1-9]\d0(?:k[fs]?|f|h[xk]?|t)|[1-9][3-9]\d0(?:x3d|x|g|ge|h[xs]?)(?=\W|$))"
    r"(?:'?s)?(?: (?:cpus?|processors?))?(?!\w)"
)
_MACHINE = re.compile(
    r"(?<!\w)(?P<name>(?:dgx|hgx|mgx)(?:[ -]?(?:a100|h100|h200|b200|b300|gb200|gb300|station|superpod|"
    r"basepod)(?: nvl\d+)?)?|gb[23]00[ -]?nvl\d+|"
    r"mac(?:book(?: pro| air)?| ?studio| ?mini| ?pro)?|raspberry pi(?: \d\b)?|intel nuc|synology|qnap)(?:'?s)?(?!\w)"
)
_COUNT = re.compile(
    rf"(?:(?<![\w.,])(?P<figure>-?\d{{1,5}})\s?x?\s?|"
    rf"\b(?P<word>{'|'.join(COUNT_WORDS)})\s)(?:nvidia\s|new\s)*$"
)

_BYTES = re.compile(
    r"\s?-?(?P<unit>tib|tb|terabytes?|t(?=\s(?:of\s)?(?:ssd|nvme|hdd|disk|storage|ram))|gib|gb|"
    r"gigabytes?|gigs?|g(?=\s(?:of\s)?(?:v?ram|memory))|mib|mb)(?![a-z/])"
)
_TIMES = re.compile(r"(?<!\w)(\d{1,2})\s?x\s?$")
_GB = {"t": 1000.0, "g": 1.0, "m": 0.001}
_VRAM_AFTER = re.compile(
    r"\s?(?:of |worth of )?(?:total |combined |dedicated |gpu |video |graphics |nvidia |"
    r"card )*(?:v-?ram|gddr\d?x?|hbm\w?|(?<=gpu )memory|(?<=video )memory|"
    r"(?<=graphics )memory)\b"
)
_CARD_HAS = re.compile(rf"[{GPU}](?: laptop)?[\s(,]*(?:with|has|having)?\s?(?:an?\s)?$")
_CARD_MEMORY = re.compile(r"\s?(?:of )?(?:gddr|ddr\d )?\w* ?memory")
_CARD_AFTER = re.compile(r"\s?(?:nvidia |amd |of |on (?:the |a |my |each )?)?(?:gpus?|cards?|graphics)\b")
_RAM_AFTER = re.compile(
    r"\s?(?:of )?(?:(?:main|system|host|cpu|server|unified|shared|ddr\d\w*|ecc|regular|normal|"
    r"fast|total|physical|lpddr\w*)[ -]?)*(?:ram|memory|ddr\d\w*)\b"
)
_DISK_AFTER = re.compile(
    r"\s?(?:of )?(?:local |fast |sata |m\.2 |free |internal |external )*(?:ssd|nvme|hdd|"
    r"hard ?(?:disk|drive)|storage|disk|drive|nas|flash)s?\b"
)
_DATA_AFTER = re.compile(
    r"\s?(?:of |worth of )?(?:\w{1,24} ){0,2}?(?:data\w*|text|tiles|imagery|tables|parquet|jpe?gs?|images?|photos?|"
    r"pictures?|videos?|"
    r"footage|audio|logs?|documents?|files?|corpus|scans?|recordings)\b"
)
_EACH_TIME = re.compile(r"^[^.?!,\n]{0,24}?\b(?:per|an?|each|every)\s(?:second|minute|hour|day|night|week|month)\b")
_DATA_BEFORE = re.compile(
    r"\b(?:data\w*|corpus|images|photos|footage|recordings|videos|archive|"
    r"files)\b[^.?!\n]{0,24}$"
)
_MODEL_AFTER = re.compile(r"\s?(?:\w{1,24} )?(?:models?|weights|checkpoint|files?\b|gguf|instances?)\b")
_OF_EACH_BEFORE = re.compile(  # "two 12 GB cards", "on a 12 gb card"
    rf"(?:\b(?:an?|one|single|{'|'.join(w for w, n in COUNT_WORDS.items() if n > 1)})\s|"
    r"(?<![\w.,])(?:[2-9]|1\d)\s?x?\s)$"
)
_ON = re.compile(r"\bon\s(?:an?\s|only\s|just\s|my\s)?$")  # "how fast is it on 48GB": of a card
_MAC_AFTER = re.compile(r"\s?(?:apple\s)?(?:mac\b|macs\b|macbook|m[1-9]\b)")
_STICK = re.compile(r"\s?(?:ddr\d\w* )?(?:sticks?|dimms?|modules?)\b")
_TOTAL_AFTER = re.compile(r"\s?(?:gb\s)?(?:in )?total\b")
_FITS_IN = re.compile(
    r"\b(?:fit(?:s|ted|ting)?|squeeze[ds]?|cram\w*|load(?:s|ed)?)\b[^.?!\n]{0,12}\b(?:in|into|on|within|inside)\s"
    r"(?:about |just |only |my |the )?$"
)
_ENOUGH = re.compile(r"\s(?:enough|sufficient|plenty|do|ok|suffice)\b")  # "is 16 GB enough": of a card
_NOT_OWN = re.compile(
    r"(?:less than|under|below|fewer than|not have|without|more than|need(?:s|ed)?|requires?|"
    r"takes?|use[sd]?|wants?)[\s~]*(?:about |around )?$"
)
_RAM_BEFORE = re.compile(r"(?<!v)\b(?:ram|memory)\s?(?:is|of|:|=|size)?\s?$")
_VRAM_BEFORE = re.compile(r"\b(?:v-?ram|gpu memory|video memory|memory pool)\s?(?:is|of|:|=|size|total)?\s?(?:of )?$")
_TALK_OF_CARDS = re.compile(rf"[{GPU}]|\bgpus?\b|graphics|v-?ram")

_DRIVES = (
    ("nvme", re.compile(r"\bnvme\b|\bm\.2\b")),
    ("nfs", re.compile(r"\bnfs\b|network (?:share|drive)|samba|\bsmb\b")),
    ("nas", re.compile(r"\bnas\b|synology|qnap")),
    ("hdd", re.compile(r"\bhdds?\b|hard ?(?:disks?|drives?)|spinning (?:disks?|rust)")),
    ("ssd", re.compile(r"\bssds?\b")),
    ("cloud", re.compile(r"\bs3\b|(?:cloud|blob|object|bucket) storage|\bbuckets?\b")),
)
_NO_DRIVE = re.compile(r"\b(?:no|not|without|vs|or)\s(?:local |any |an? )?$")
_WATTS = re.compile(
    r"\s?-?(?P<kilo>k)?w(?:atts?)?(?![a-z/])\s?(?P<psu>(?:(?:gold|platinum|atx|single|modular|"
    r"titanium)\s)*(?:psus?|power suppl\w+|supply))?"
)
_PSU_BEFORE = re.compile(r"\b(?:psus?|power suppl\w+)\b[^.?!\n]{0,20}$")


@dataclass(frozen=True)
class Machine:
    start: int
    end: int
    id: str  # of a catalog system; "" where it is none
    name: str
    count: int
    role: str


def machines(low: str, tokens: list[Token], gazetteer: Gazetteer) -> list[Machine]:
    """Systems of the catalog, and makes that it may lack (kept as written)."""
    hits = find(gazetteer.things, low, tokens)
    places = [(tokens[h.first].start, tokens[h.last - 1].end, h.id) for h in hits if h.kind == "system"]
    taken = Taken((tokens[h.first].start, tokens[h.last - 1].end) for h in hits if h.kind in ("gpu", "system"))
    for match in _MACHINE.finditer(low):
        at = match.start("name")
        if not taken.touches(at, at + 1):  # "mac 512gb" may be a catalog name; a card within "dgx a100" is not
            places.append((match.start("name"), match.end("name"), ""))
    found = []
    for start, end, id in sorted(places):
        counted = _COUNT.search(low[max(0, start - 30) : start])
        count = 1 if not counted else COUNT_WORDS[counted["word"]] if counted["word"] else int(counted["figure"])
        found.append(Machine(start, end, id, low[start:end], count, role(low, start)))
    return found


def processors(low: str) -> list[Span]:
    """Processors as said, with their number: '2x xeon platinum 8176'."""
    found = []
    for match in _CPU.finditer(low):
        count = {"dual": 2, "two": 2, "quad": 4}.get(match["count"] or "") or (
            int(match["count"][0]) if match["count"] else 1
        )
        found.append(
            Span(match.start(), match.end(), "cpu", f"{count}x {match['name']}" if count > 1 else match["name"])
        )
    return found


def capacities(low: str, numbers: list[Number], memory_of_cards: list[tuple[int, int]]) -> list[Span]:
    """Numbers of bytes read as vram_gb, system_ram_gb, storage_gb or data_gb; those that a card's name took are left
    out.

    What is only said to be needed, or not to be there, is not what they have: it stays out.
    """
    found, taken = [], Taken(memory_of_cards)
    talk = bool(_TALK_OF_CARDS.search(low))
    for number in numbers:
        unit = _BYTES.match(low, number.end)
        if not unit or taken.touches(number.start, number.start + 1):
            continue
        times = _TIMES.search(low[max(0, number.start - 8) : number.start])  # "2x 32GB ddr5"
        gb = tidy(round(number.value * _GB[unit["unit"][0]] * (int(times[1]) if times else 1), 6))
        after, before = low[unit.end() : unit.end() + 40], low[max(0, number.start - 40) : number.start]
        kind = ""
        of_card = _CARD_HAS.search(before) and _CARD_MEMORY.match(after)
        if of_card or _VRAM_AFTER.match(after) or _VRAM_BEFORE.search(before):
            kind = "vram_gb"
        elif _DISK_AFTER.match(after):
            kind = "storage_gb"
        elif _RAM_AFTER.match(after) or _RAM_BEFORE.search(before):
            kind = "system_ram_gb"
        elif _EACH_TIME.search(after):
            kind = ""  # how much comes in a night is not how much there is
        elif _DATA_AFTER.match(after) or _DATA_BEFORE.search(before):
            kind = "data_gb"
        elif _MODEL_AFTER.match(after):
            kind = ""
        elif _CARD_AFTER.match(after):
            kind = "vram_gb"
        elif re.search(rf"{CPU}\s?(?:\+|and|with|,|/)\s?$", before):
            kind = "system_ram_gb"  # what stands beside the processor is the machine's
        elif re.search(rf"[{GPU}][^.?!\n]{{0,14}}(?:\+|and|with|,|/)\s?$", before):
            kind = "system_ram_gb"  # "a 3090 and 64GB": no card has it
        elif _STICK.match(after):
            kind = ""  # a part of the RAM, which is told elsewhere or not
        elif unit["unit"][0] == "t":
            kind = "data_gb" if re.match(r"\s?(?:of|worth)\b", after) else ""  # no card has terabytes
        elif talk or _ENOUGH.match(after) or _ON.search(before) or _FITS_IN.search(before) or _MAC_AFTER.match(after):
            kind = "vram_gb"
        if kind == "system_ram_gb" and _NOT_OWN.search(before):
            kind = ""
        if kind == "data_gb" and unit["unit"][0] == "t":
            kind, gb = "data_tb", tidy(number.value)
        if kind == "vram_gb" and _CARD_AFTER.match(after) and _OF_EACH_BEFORE.search(before):
            kind = "vram_gb_per_gpu"  # "two 12 GB cards"
        if kind:
            found.append(Span(number.start, unit.end(), kind, gb))
    return found


def drives(low: str) -> list[Span]:
    """Kinds of storage; 'no local ssd' is none."""
    found = []
    for kind, pattern in _DRIVES:
        for match in pattern.finditer(low):
            if not _NO_DRIVE.search(low[max(0, match.start() - 16) : match.start()]):
                found.append(Span(match.start(), match.end(), "storage", kind))
                break
    return sorted(found)


def supplies(low: str, numbers: list[Number]) -> list[Span]:
    """Power supplies in watts: '800 W PSU', 'psu is 850w'."""
    found = []
    for number in numbers:
        watts = _WATTS.match(low, number.end)
        if watts and (watts["psu"] or _PSU_BEFORE.search(low[max(0, number.start - 40) : number.start])):
            found.append(Span(number.start, watts.end(), "psu_w", tidy(number.value * (1000 if watts["kilo"] else 1))))
    return found
