"""Every way to write the things of a catalog, and which thing a piece of text names.

`normalise` brings a piece of text to the one form in which names are compared: lower case, brands dropped, joined
words apart ("RTX4090Ti" -> "rtx 4090 ti"), memory joined ("80 GB" -> "80gb"). `find` looks for the exact name first, in
any order of its words, then for a misspelt one; it never crosses a digit, a memory size or a variant: L4 is not L40,
a 3080 is not a 3090, a laptop GPU is not the desktop one.
"""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from catalog.things import Catalog


@dataclass(frozen=True)
class Entry:
    """`surface` is a way to write the thing, normalised."""

    kind: str  # "gpus", "systems", "networks", "storage" or "network_gear", as in `catalog.schema`
    id: str
    surface: str


@dataclass(frozen=True)
class Names:
    """The lookup tables for one catalog."""

    surfaces: Mapping[str, tuple[Entry, ...]]
    words: Mapping[frozenset[str], tuple[Entry, ...]]  # the same by their words, in any order
    loose: Mapping[tuple[str, ...], tuple[tuple[str, Entry], ...]]  # by the words that must be right: the other letters


_BRANDS = {  # words that say nothing
    "nvidia", "geforce", "amd", "intel", "gpu", "gpus", "graphics", "card", "cards", "edition", "generation", "the",
}
_VARIANTS = {  # words that make it another thing
    "ti", "super", "xt", "xtx", "gre", "d", "laptop", "max", "q", "sxm", "pcie", "nvl", "ada", "pro", "ultra", "server",
    "workstation", "sff", "nano", "nx", "agx", "mini", "large", "small", "base", "tiny", "medium", "turbo", "instruct",
    "gtx", "rtx", "rx", "x", "s", "m", "v", "huge", "xl", "lite", "flash", "coder", "titan", "quadro", "tesla",
    "maxwell", "pascal", "plus",
}
_JOINED = re.compile(r"\b(rtx(?=a\d)|(?:rx|gt|vit|[a-z]{3,})(?=\d))")
_TAILS = re.compile(r"(?<=\d)(ti|super|xtx|xt|gre|laptop|mobile|ada|gb|gib)(?=\b|ti|super)")
_MEMORY = re.compile(r"\b(\d+) ?(?:gb|gib|g)\b")
_BILLIONS = re.compile(r"\b(\d+(?:\.\d+)?) (b|m)\b")
_GEFORCE = re.compile(r"(rtx|gtx) (\d{3,4})( .*)?")


def normalise(text: str) -> str:
    """The form in which names are compared; empty when nothing is left."""
    text = re.sub(r"[^a-z0-9.]+", " ", text.lower().replace("×", "x").replace("+", " plus "))
    text = re.sub(r"(?<!\d)\.|\.(?!\d)", " ", text)
    text = _JOINED.sub(r"\1 ", text)
    text = _TAILS.sub(r" \1 ", text)
    text = _MEMORY.sub(r"\1gb", text)
    text = _BILLIONS.sub(r"\1\2", text)
    words = [{"mobile": "laptop", "notebook": "laptop"}.get(word, word) for word in text.split() if word not in _BRANDS]
    if "radeon" in words and sum(any(letter.isdigit() for letter in word) for word in words):
        words.remove("radeon")
    if words[:1] == ["apple"] and len(words) > 1:
        words = words[1:]
    return " ".join(words)


def written(catalog: Catalog) -> Iterator[Entry]:
    """The names and aliases as the catalog has them, normalised, without repetition."""
    for kind, things in (("gpus", catalog.gpus), ("systems", catalog.systems), ("networks", catalog.networks),
                         ("storage", catalog.storage), ("network_gear", catalog.gear)):
        for thing in things.values():
            ways = (thing.name, thing.id.replace("_", " "), *getattr(thing, "aliases", ()))
            for surface in dict.fromkeys(normalise(way) for way in ways):
                if surface:
                    yield Entry(kind, thing.id, surface)


def entries(catalog: Catalog) -> list[Entry]:
    """Every surface for a gazetteer: names and aliases, the slips people make (GTX for RTX, Tesla before a server
    card), the memory said as well ("l4 24gb"), and each with words joined ("rtx4090", "4090ti"), for text that was not
    normalised first."""
    return [entry for group in _surfaces(catalog).values() for entry in group]


def of(catalog: Catalog) -> Names:
    """The lookup tables of a catalog; kept for the last one asked about."""
    global _last
    if _last is None or _last[0] is not catalog:
        surfaces = _surfaces(catalog)
        words: dict[frozenset[str], list[Entry]] = defaultdict(list)
        loose: dict[tuple[str, ...], list[tuple[str, Entry]]] = defaultdict(list)
        for surface, group in surfaces.items():
            fixed, rest = _split(surface)
            loose[fixed] += ((rest, entry) for entry in group)
            for entry in group:
                if entry.id not in {other.id for other in words[frozenset(surface.split())]}:
                    words[frozenset(surface.split())].append(entry)
        _last = catalog, Names(surfaces, {key: tuple(group) for key, group in words.items()},
                               {key: tuple(group) for key, group in loose.items()})
    return _last[1]


def exact(catalog: Catalog, text: str, kinds: tuple[str, ...]) -> list[Entry]:
    """Every thing of these kinds that has exactly this name, in any order of its words."""
    known = of(catalog)
    surface = normalise(text)
    found = known.surfaces.get(surface) or known.words.get(frozenset(surface.split()), ())
    return [entry for entry in found if entry.kind in kinds]


def find(catalog: Catalog, text: str, kinds: tuple[str, ...] = ("gpus", "systems", "networks")) -> Entry | None:
    """The thing that this piece of text names, or None when there is none or more than one of them.

    Where things of several kinds have the name ("DGX Spark" is a chip and a machine), the kind that stands first wins.
    """
    found = exact(catalog, text, kinds)
    for kind in kinds:
        group = [entry for entry in found if entry.kind == kind]
        if group:
            return group[0] if len(group) == 1 else None
    return _misspelt(of(catalog), normalise(text), kinds)


_last: tuple[Catalog, Names] | None = None


def _surfaces(catalog: Catalog) -> dict[str, tuple[Entry, ...]]:
    own = list(written(catalog))
    taken = {(entry.kind, entry.surface) for entry in own}
    extra: dict[tuple[str, str], Entry | None] = {}
    for entry in own:
        gpu = catalog.gpus.get(entry.id) if entry.kind == "gpus" else None
        for surface in _variants(entry, f"{gpu.memory_gb:g}gb" if gpu else ""):
            if (entry.kind, surface) not in taken:
                other = extra.get((entry.kind, surface), entry)
                mine = other is not None and other.id == entry.id  # what two could be called is the name of neither
                extra[entry.kind, surface] = Entry(entry.kind, entry.id, surface) if mine else None
    groups: dict[str, list[Entry]] = defaultdict(list)
    for found in (*own, *filter(None, extra.values())):
        groups[found.surface].append(found)
    return {surface: tuple(group) for surface, group in groups.items()}


def _variants(entry: Entry, memory: str) -> Iterator[str]:
    """Slips and joined forms of a surface, and with the memory said where the name does not say it."""
    surface = entry.surface
    ways = [surface]
    if memory and not _MEMORY.search(surface):
        ways.append(f"{surface} {memory}")
    if entry.kind == "gpus":
        if match := _GEFORCE.fullmatch(surface):
            ways.append(f"{'gtx' if match[1] == 'rtx' else 'rtx'} {match[2]}{match[3] or ''}")
        if re.match(r"[atvphlb]\d{1,3}s?\b", surface):
            ways.append(f"tesla {surface}")
    for way in ways:
        yield way
        yield re.sub(r" (?=\d)", "", way, count=1)  # rtx4090 ti
        yield re.sub(r"(?<=\d) (?=[a-z]+\b)", "", way, count=1)  # rtx 4090ti
        if len(way) <= 24:
            yield way.replace(" ", "")


def _misspelt(known: Names, surface: str, kinds: tuple[str, ...]) -> Entry | None:
    """The one thing whose name differs by a slip of the pen: words with digits, and variants, must be the same."""
    fixed, rest = _split(" ".join(_variant(word) for word in surface.split()))
    allowed = 0 if len(rest) < 5 else 1 if len(rest) < 9 else 2
    best: dict[str, tuple[int, Entry]] = {}
    for other, entry in known.loose.get(fixed, ()):
        distance = DamerauLevenshtein.distance(rest, other, score_cutoff=allowed)
        if distance <= allowed and entry.kind in kinds and distance < best.get(entry.id, (allowed + 1, entry))[0]:
            best[entry.id] = distance, entry
    least = min((distance for distance, _ in best.values()), default=0)
    nearest = [entry for distance, entry in best.values() if distance == least]
    return nearest[0] if len(nearest) == 1 else None


def _variant(word: str) -> str:
    """A misspelt variant put right ("labtop"), any other word as it is."""
    if len(word) < 5 or word in _VARIANTS or any(letter.isdigit() for letter in word):
        return word
    near = [variant for variant in _VARIANTS
            if len(variant) >= 5 and DamerauLevenshtein.distance(word, variant, score_cutoff=1) <= 1]
    return near[0] if len(near) == 1 else word


def _split(surface: str) -> tuple[tuple[str, ...], str]:
    """The words that must be the same, and the letters of the rest."""
    words = surface.split()
    fixed = sorted(word for word in words if word in _VARIANTS or any(letter.isdigit() for letter in word))
    return tuple(fixed), " ".join(word for word in words if word not in fixed)
