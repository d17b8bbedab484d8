"""Names of the catalog, found in a message: the longest match over tokens, tolerant of how people space and hyphenate.

Rebuilt for each new snapshot of the catalog (a tenth of a second), so an imported card is heard in the next message.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from catalog.things import Catalog, Gpu

from .text import Token, words

BRANDS = frozenset(["nvidia", "geforce", "amd", "radeon", "intel", "tesla", "rtx", "gtx", "gt", "rx"])
_FORM = re.compile(
    r"[\s_(-]*(?:\d+\s?gb|pcie|sxm\d?|nvl|max-?q|laptop|mobile|notebook|workstation|server|sff)\b.*|"
    r"\s*\(.*",
    re.I,
)
_LETTERS = re.compile(r"[a-z]{2,}")
_GAP = re.compile(r"[\s_/-]{0,2}")
_SPACED = frozenset({"mi", "rx", "gt", "rtx", "gtx", "v"})  # short letters that may stand apart from their number
_WEAK_WORDS = frozenset(
    (
        "a",
        "an",
        "the",
        "it",
        "is",
        "in",
        "on",
        "or",
        "and",
        "of",
        "to",
        "for",
        "cpu",
        "gpu",
        "model",
        "network",
        "system",
        "server",
        "digits",
    )
)

Key = tuple[str, ...]


class Hit(NamedTuple):
    """Tokens first..last-1 are a name of `kind`; `id` is the catalog's."""

    kind: str
    id: str
    first: int
    last: int


class Names:
    """Names as sequences of tokens, each of one (kind, id); whoever claims a key first keeps it. spaCy finds them in a
    message; its own tokenizer is not used, because ours keeps places and parts letters from figures."""

    def __init__(self) -> None:
        self.owners: dict[Key, tuple[str, str]] = {}
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")

    def add(self, keys: Iterable[Key], kind: str, id: str) -> None:
        new = [key for key in dict.fromkeys(keys) if _usable(key) and key not in self.owners]
        for key in new:
            self.owners[key] = kind, id
        if new:
            self._matcher.add(f"{kind} {id}", [Doc(self._vocab, words=list(key)) for key in new])

    def matches(self, texts: list[str]) -> list[Hit]:
        """Every name among the tokens, overlapping ones too."""
        hits = []
        for name, first, last in self._matcher(Doc(self._vocab, words=texts)):
            kind, _, id = self._vocab.strings[name].partition(" ")
            hits.append(Hit(kind, id, first, last))
        return hits


@dataclass(frozen=True, eq=False)
class Gazetteer:
    revision: int
    things: Names  # gpu, system, network
    articles: Names
    families: dict[str, tuple[Gpu, ...]]  # gpu id -> the cards that differ in memory or form only, the least first
    vocabulary: tuple[str, ...]  # words worth mending when misspelt
    field: Mapping[str, int]  # the words of our trade: how often articles use them; 0 for those of names alone


def _core(key: Key) -> Key:
    """The key without brand words: 'nvidia geforce rtx 4090' -> '4090'."""
    while len(key) > 1 and key[0] in BRANDS and any(c.isdigit() for c in "".join(key[1:])):
        key = key[1:]
    return key


def stem(gpu: Gpu) -> str:
    """The name without memory and form, which its variants share: 'A100 PCIe 40GB' -> 'A100'."""
    return _FORM.sub("", gpu.name)


def _card_keys(gpu: Gpu, plain: bool) -> Iterator[Key]:
    """Keys of one card: where `plain`, the catalog's own names; else what follows from them without brand words."""
    for name in (*gpu.aliases, gpu.name, gpu.id.replace("_", " ")):
        key = words(name)
        if plain:
            yield key
            continue
        core = _core(key)
        if core != key and core[0] != "pro":
            yield core
        short = words(_FORM.sub("", name))
        if any(c.isdigit() for word in short for c in word):  # "mac studio" without its memory is no name of one chip
            yield short
            core = _core(short)
            if core and core[0] != "pro":
                yield core
        if len(core) == 2 and core[1] == "ada" and core[0].isdigit():  # "A6000 Ada" is said for the RTX 6000 Ada
            yield ("a", *core)
        if len(core) >= 2 and core[0] == "pro" and core[1].isdigit():
            yield from (core[:2], (core[1], "pro"), (*core[:2], "blackwell"), (core[1], "blackwell"))


def _apart_version(key: Key) -> Key:
    """'yolov8' as 'yolo v8'."""
    parts: list[str] = []
    for word, after in zip(key, (*key[1:], ""), strict=True):
        parts += [word[:-1], "v"] if len(word) > 2 and word[-1] == "v" and after[:1].isdigit() else [word]
    return tuple(parts)


def _usable(key: Key) -> bool:
    return bool(key) and len("".join(key)) > 1 and not (len(key) == 1 and (key[0] in BRANDS or key[0] in _WEAK_WORDS))


def build(catalog: Catalog) -> Gazetteer:
    families: dict[str, list[Gpu]] = defaultdict(list)
    things, articles = Names(), Names()
    for plain in (True, False):  # what the catalog says itself goes first
        for gpu in catalog.gpus.values():
            things.add(_card_keys(gpu, plain), "gpu", gpu.id)
    for gpu in catalog.gpus.values():
        families[stem(gpu).lower()].append(gpu)
    for system in catalog.systems.values():
        things.add((words(system.name), words(system.id.replace("_", " "))), "system", system.id)
    for network in catalog.networks.values():
        keys = [words(name) for name in (network.name, network.id.replace("_", " "), *network.aliases)]
        things.add(keys, "network", network.id)
        things.add(map(_apart_version, keys), "network", network.id)
    for article in catalog.articles.values():
        keys = [words(name) for name in (article.title, article.id.replace("_", " "), *article.aliases)]
        articles.add(keys, "article", article.id)
        articles.add(((*key[:-1], key[-1] + "s") for key in keys if key), "article", article.id)
    spelt = {
        word
        for names in (things, articles)
        for key in names.owners
        for word in key
        if len(word) >= 6 and word.isascii() and word.isalpha()
    }
    kin = {
        gpu.id: tuple(sorted(families[stem(gpu).lower()], key=lambda g: (g.laptop, g.memory_gb)))
        for gpu in catalog.gpus.values()
    }
    field = {word: 0 for names in (things, articles) for key in names.owners for word in key}
    return Gazetteer(catalog.revision, things, articles, kin, tuple(sorted(spelt)), {**field, **_written(catalog)})


def _written(catalog: Catalog) -> Counter[str]:
    """The words of the articles, counted."""
    texts = (
        (a.sentence, a.plain, a.technical, a.why_it_matters, a.misunderstanding, *a.questions, *sum(a.answers, ()))
        for a in catalog.articles.values()
    )
    return Counter(word for article in texts for text in article for word in _LETTERS.findall(text.lower()))


_built: deque[tuple[Catalog, Gazetteer]] = deque(maxlen=2)


def of(catalog: Catalog) -> Gazetteer:
    """The gazetteer of this snapshot; only the last two snapshots' are kept."""
    for kept, gazetteer in _built:
        if kept is catalog:
            return gazetteer
    gazetteer = build(catalog)
    _built.append((catalog, gazetteer))
    return gazetteer


def _apart(low: str, left: Token, right: Token) -> bool:
    """Whether two tokens are too far apart to be of one name: 'a 100 images' is no A100, and 'h100 s' no H100s."""
    gap = low[left.end : right.start]
    if not _GAP.fullmatch(gap) or "\n" in gap:
        return True
    if gap in ("", "-"):
        return False
    if right.text[0].isdigit() and left.text.isalpha() and len(left.text) <= 2 and left.text not in _SPACED:
        return True
    return right.text in {"s", "x", "g"} and left.text[-1].isdigit()


def _whole(tokens: list[Token], first: int, last: int) -> bool:
    """Whether tokens first..last-1 are a word of their own and no part of a longer one."""
    if first and tokens[first - 1].end == tokens[first].start:
        before = tokens[first - 1].text
        if before not in BRANDS and before != "x" and not (before.isdigit() and tokens[first].text == "x"):
            return False
    if last < len(tokens) and tokens[last].start == tokens[last - 1].end:
        after = tokens[last].text
        if after == "x":
            return last + 1 < len(tokens) and tokens[last + 1].text.isdigit()
        return after in ("s", "es", "+") and not (last + 1 < len(tokens) and tokens[last + 1].start == tokens[last].end)
    return True


def find(names: Names, low: str, tokens: list[Token]) -> list[Hit]:
    """The longest names, the leftmost of equals, none overlapping, in the order of the text."""
    hits: list[Hit] = []
    taken: set[int] = set()
    for hit in sorted(names.matches([token.text for token in tokens]), key=lambda h: (h.first - h.last, h.first)):
        places = range(hit.first, hit.last)
        if (
            taken.isdisjoint(places)
            and _whole(tokens, hit.first, hit.last)
            and not any(_apart(low, tokens[j], tokens[j + 1]) for j in places[:-1])
        ):
            hits.append(hit)
            taken.update(places)
    return sorted(hits, key=lambda h: h.first)
