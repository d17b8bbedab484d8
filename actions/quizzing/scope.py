"""What a quiz can be about: the articles, their groups and the stages of the learning path, by the words people use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.quizzing.question import name
from catalog.library import path
from catalog.things import Article, Catalog

# group of articles -> (what it is called, how people ask for it)
GROUPS = {
    "part": ("graphics cards", r"(graphics )?cards?|gpu'?s|gpu models?|parts?"),
    "hardware": ("hardware", r"hardware|machines?|the kit"),
    "network": ("neural networks", r"(kinds of |neural )?networks?( types| architectures)?|neural nets|architectures?"),
    "training": ("training", r"training"),
    "serving": ("running language models", r"serving|llm serving|inference serving|running (llms|language models)"),
    "precision": ("precision", r"precisions?|number formats?"),
    "framework": ("software", r"frameworks?|software|drivers and frameworks"),
    "storage": ("storage", r"storage|disks?|discs?|drives|flash"),
    "networking": ("networking", r"networking|interconnects?|cabling"),
    "power": ("power and cooling", r"power( and cooling)?|cooling|heat|electricity"),
    "cloud": ("cloud and cost", r"(the )?cloud|money|costs?|renting"),
    "task": ("what clients do with it", r"tasks|jobs|use ?cases|applications|what clients (want|do)"),
    "sector": ("sectors", r"sectors?|industr(y|ies)|verticals?|markets?"),
    "concept": ("the basic ideas", r"concepts?|ideas|theory|fundamentals"),
}
# kind of questions -> (what it is called, how people ask for it)
KINDS = {
    "ask_first": (
        "what to ask a client",
        r"(what|which questions?) (to|should i|do i) ask.*|asking (the right )?questions",
    ),
    "client_asks": (
        "what clients ask",
        r"what (clients|customers|buyers) (might |may |will |usually )?ask.*|"
        r"(clients'?|customers'?|client|customer) questions|talking to clients|answering clients",
    ),
    "offer": ("checking offers", r"((check|judg|read)(e|ing)? )?(quotes?|quotations?|offers?|proposals?)"),
    "estimate": ("sums", r"sums|arithmetic|estimates?|estimating|calculations?|memory sums|(the )?numbers|maths?"),
    "bigger": ("which is bigger", r"which is (bigger|faster|dearer)|comparisons?|comparing( cards| gpus)?|specs?"),
    "true_or_myth": ("myths", r"myths|(common )?(misunderstandings|misconceptions)|true or false"),
}
_ASKED = re.compile(
    r"\b(?:quiz|test|examine|ask|drill|grill)\b.{0,20}?\b(?:me|my \w+|us)?\s*(?:\w+ questions? )?"
    r"\b(?:on|about|in|over|with)\b\s+(?P<what>[^?.!,]+)|"
    r"\b(?:questions?|quiz)\b\s+(?:on|about|in)\s+(?P<also>[^?.!,]+)",
    re.I,
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_STAGE = re.compile(rf"\b(?:stage|step|level|part) (?:(?P<n>\d)|(?P<word>{'|'.join(_NUMBERS)}))\b", re.I)
_BASICS = re.compile(r"\b(the )?basics?\b|\bbeginners?\b|\beasy (stuff|ones|questions)\b", re.I)
WEAK = re.compile(r"^(those|them|these)$|\b(weak\w*|struggl\w+|got wrong|get wrong|bad at|worst|mistakes)\b", re.I)
THAT = re.compile(
    r"(?:that|this|it|(?:that|this|the same|the last) (?:topic|one|thing|article|subject))(?: please| now| then)?", re.I
)
_ALL = re.compile(r"\b(everything|anything|all( of it)?|whatever|random|the lot|any topic)\b", re.I)


@dataclass(frozen=True)
class Scope:
    """`articles` in the order to learn them; `name` is "" when it is everything."""

    name: str
    articles: tuple[str, ...]
    kind: str = ""  # of questions, where only one is wanted


def everything(catalog: Catalog) -> Scope:
    """The learning path first, then the rest of the library."""
    on_path = [a for stage in path() for a in stage.articles if a in catalog.articles]
    return Scope("", tuple(dict.fromkeys([*on_path, *catalog.articles])))


def asked_for(text: str) -> str:
    """What the quiz is to be about, in their words; "" when they do not say."""
    found = _ASKED.search(text)
    return (found["what"] or found["also"] or "").strip() if found else ""


def names_topic(text: str) -> bool:
    return bool(asked_for(text) or _STAGE.search(text) or WEAK.search(text))


def find(text: str, named: Sequence[str], near: Sequence[str], catalog: Catalog) -> Scope | None:
    """The scope a message asks for; None when it names a topic that the library does not hold.

    `named`: articles the message names; `near`: those it is near to in meaning."""
    what = asked_for(text)
    if stage := _STAGE.search(text):
        number = int(stage["n"]) if stage["n"] else _NUMBERS.index(stage["word"].lower()) + 1
        if 1 <= number <= len(path()):
            return Scope(path()[number - 1].title.lower(), path()[number - 1].articles)
    if what and _BASICS.search(what):
        return Scope("the basics", tuple(a for stage in path()[:2] for a in stage.articles))
    if not what or _ALL.fullmatch(what):
        return everything(catalog)
    for kind, (called, words) in KINDS.items():
        if _means(what, called, words):
            return Scope(called, everything(catalog).articles, kind)
    groups = {a.group for a in catalog.articles.values()}
    for group, (called, words) in GROUPS.items():
        if group in groups and _means(what, called, words):
            return of_group(group, called, catalog)
    wanted = [a for a in named if a in catalog.articles] or [a for a in near if a in catalog.articles][:1]
    if not wanted:
        return None
    articles = [catalog.articles[a] for a in wanted]
    if len(articles) == 1 and articles[0].id in groups:
        return of_group(articles[0].id, GROUPS.get(articles[0].id, (articles[0].title,))[0], catalog)
    return Scope(" and ".join(name(a) for a in articles[:2]), _around(articles, catalog))


def _means(what: str, called: str, words: str) -> bool:
    ways = f"{re.escape(called)}|{words}"
    return bool(re.fullmatch(rf"(?:the |my |some |how to )?(?:{ways})(?: please| now| then)?", what, re.I))


def of_group(group: str, called: str, catalog: Catalog) -> Scope:
    return Scope(called, tuple(a for a in everything(catalog).articles if catalog.articles[a].group == group))


def _around(articles: Sequence[Article], catalog: Catalog) -> tuple[str, ...]:
    """The articles and those they are related to."""
    related = [r for a in articles for r in a.related if r in catalog.articles]
    return tuple(dict.fromkeys([*(a.id for a in articles), *related]))


def title(group: str) -> str:
    return GROUPS[group][0] if group in GROUPS else group.replace("_", " ")
