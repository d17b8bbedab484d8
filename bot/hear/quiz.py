"""Whether a message answers the open quiz question, and how: a letter, a place in the list, the choice itself, a
number with its unit, "don't know"; or says that the quiz should go on or stop. What is anything else is None, so that
a real question in the middle of a quiz stays one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz

from .numbers import numbers
from .text import plain


def _either(*ways: str) -> str:
    return f"(?:{'|'.join(ways)})"


def _phrase(*ways: str, before: str = "(?!)", after: str = "(?!)") -> re.Pattern[str]:
    """The whole of a message: one of these, with little words before and behind it."""
    return re.compile(f"(?:{before},? )*{_either(*ways)}(?:,? {after})*")


_THINK = _either(
    r"i(?:'d| would)? (?:think|say|guess|believe|reckon|go (?:for|with)|choose|pick)",
    r"i'?m going (?:for|with)",
    r"my (?:answer|guess) is",
    r"it(?:'?s| is| must be| has to be| should be)",
    r"that(?:'?s| is| would be)",
    r"the answer is|is it|must be|let'?s say",
)
_LITTLE = _either(
    r"answer|probably|maybe|perhaps|definitely|surely|option|choice|letter|number|no\.?",
    r"um+|er+|hmm+|well|ok|so|say|that|the|an?",
)
_LEAD = re.compile(rf"^(?:{_either(_THINK, _LITTLE)}[\s,:]+)*")
_TAIL = re.compile(
    r"(?:[\s,]+(?:i (?:think|guess|believe|reckon|suppose|would say)|one|please|then|probably|maybe|surely))*$"
)
_LETTER = re.compile(r"[a-d][.)]?", re.I)
_ORDINALS = (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"))
_POLITE = _either("ok(?:ay)?|yes|yeah|sure|right|great|cool|good|please|thanks|and|so|now")
_UNSURE = _phrase(
    r"(?:i |i'm |im |i am )?(?:really |honestly )?(?:not (?:really |at all |too )?(?:sure|certain)|unsure)",
    r"(?:i )?(?:really |honestly )?(?:do not|don'?t) (?:really )?(?:know|remember)",
    r"(?:i )?(?:have )?no (?:idea|clue)",
    r"(?:i )?haven'?t (?:got )?(?:a clue|an idea|the foggiest)",
    r"(?:i )?(?:give up|forgot|can'?t (?:say|tell|remember)|couldn'?t (?:say|tell))",
    r"dunno|idk|pass|(?:you |just )?tell me(?: the answer)?|show me(?: the answer)?|what(?:'s| is) (?:it|the answer)",
    before="(?:sorry|hmm+|well)",
    after=r"(?:sorry|(?:about )?(?:that|this)(?: one)?|either|the answer(?: to that)?|to be honest)",
)
_SKIP = _phrase(
    r"skip(?: (?:it|(?:this|that)(?: one)?))?",
    r"(?:the )?next(?: (?:one|question))?",
    r"another(?: (?:one|question))?",
    "move on",
    before=_POLITE,
    after="(?:please|then)",
)
_GO_ON = _phrase(
    r"(?:the )?next(?: (?:one|question))?",
    r"another(?: (?:one|question))?",
    r"one more|more(?: questions?)?|again|go(?: on| ahead)?|carry on|continue|keep going|proceed",
    r"(?:ask|give) (?:me )?(?:another|more|again|the next)(?: (?:one|question))?",
    r"yes|yeah|yep|sure|ok|okay|(?:i'?m )?ready|hit me|let'?s go|bring it on",
    before=_POLITE,
    after="(?:please|then)",
)
_BACK = _phrase(
    r"back to (?:the|my|our) (?:quiz|question)",
    r"(?:repeat|say) (?:the|that|your) question(?: again)?|repeat(?: that| it)?",
    r"what was the question(?: again)?|(?:the )?question again",
    r"(?:continue|resume|carry on)(?: with)? (?:the|my|our) quiz",
    before=_either(_POLITE, r"let'?s(?: get| go)?", "can we(?: get| go)?", "get|go"),
    after="(?:please|now)",
)
_STOP = _phrase(
    r"stop|quit|exit|end|finish|cancel|leave|enough|that'?s (?:enough|all|it)|done|i'?m done",
    r"no more|no(?: thanks| thank you)?|not now|let'?s stop|i(?:'ve| have) had enough",
    r"i (?:want|would like|'d like) to stop",
    before=_either(_POLITE, "no"),
    after=_either(
        r"it|now|here|quizzing(?: me)?|asking|for (?:today|now)|please|thanks|thank you",
        r"(?:the |this |my )?(?:quiz|test|questions?)",
    ),
)
_EXPLAIN = _phrase(
    r"why(?: is that| not| so)?|how come|explain(?: (?:that|it))?",
    r"(?:(?:tell me|say) )?more about (?:that|it)|tell me more|say more",
    before="(?:but|and|ok|hmm+)",
    after="please",
)
_TRUE = _phrase("true|correct|right|yes|yep|yeah|t|fact", before=r"(?:yes|yep|yeah|it'?s|it is|that'?s|that is)")
_FALSE = _phrase(
    "false|wrong|incorrect|(?:not|isn'?t) (?:true|right|correct|so)|untrue|no|nope|f",
    r"(?:a )?(?:common )?(?:myth|misunderstanding|misconception|mistake)",
    before=r"(?:no|nope|it'?s|it is|that'?s|that is|that|it)",
)
_HEDGES = _either(
    r"about|around|roughly|approx\w*|some|nearly|almost|circa|like|between|or so|i (?:think|guess)|maybe|probably|say",
    r"total|altogether|in total|of (?:memory|vram|ram|gpu memory)",
)
_EMPTY_WORDS = ("the", "a", "an", "of", "it", "is", "card")
_UNITS = {  # unit of the question -> (how it is written, times the question's unit)
    "GB": (
        (r"(?:gb|gib|gigs?|gigabytes?|gibibytes?|g)\b", 1.0),
        (r"(?:tb|tib|terabytes?)\b", 1000.0),
        (r"(?:mb|mib|megs?|megabytes?)\b", 0.001),
    ),
    "hours": (
        (r"(?:h|hrs?|hours?)\b", 1.0),
        (r"(?:min|mins|minutes?)\b", 1 / 60),
        (r"(?:s|secs?|seconds?)\b", 1 / 3600),
        (r"(?:d|days?)\b", 24.0),
        (r"(?:w|weeks?)\b", 168.0),
    ),
}
_SPANS = re.compile(r"(?:gb|gib|gigs?|tb|hours?|hrs?|days?|minutes?|mins?)\b")
_SIZES = r"(?=(?:gig\w*|tera\w*|mega\w*|gb|tb|hours?|days?|weeks?)\b)"
_IN_FIGURES = (  # "50ish", "half a terabyte", "a day"
    (re.compile(r"(?<=\d) ?-?ish\b"), ""),
    (re.compile(rf"\bhalf an? {_SIZES}"), "0.5 "),
    (re.compile(rf"\ban? {_SIZES}"), "1 "),
)
LONGEST = 9  # words: more is a sentence, not an answer
FEW = 5  # words
ALIKE = 88.0  # of 100, from which a misspelt choice is meant


def answer(text: str, question: Mapping[str, Any] | None, going: bool) -> dict[str, Any] | None:
    """`question` is the open one as JSON (`actions.quizzing.question.Question`), None when none is open; `going`: the
    last thing said was the quiz's. One of {"choice": index}, {"number": [low, high]}, {"do": what}, or None; `what` is
    unsure, skip, back, next, stop or explain; unclear: a few words that may be meant as an answer; or idle: a few words
    said while the question waits, which are for the quiz if they are for nothing else."""
    low = re.sub(r"\s+", " ", plain(text)).strip().strip(" .!,;:\"'()")
    for way, written in _IN_FIGURES:
        low = way.sub(written, low)
    bare = low.rstrip("?! .")
    if not bare and low:
        return {"do": "unsure"} if question else None
    if question is not None:
        if len(bare.split()) <= LONGEST:
            found = _chosen(bare, question["choices"]) if question["choices"] else _number(bare, str(question["unit"]))
            if found is not None:
                return found
        for what, pattern in (("unsure", _UNSURE), ("skip", _SKIP), ("back", _BACK), ("stop", _STOP)):
            if pattern.fullmatch(bare):
                return {"do": what}
        if going and _GO_ON.fullmatch(bare):
            return {"do": "back"}
        few = bare == low and len(bare.split()) <= FEW
        return {"do": "unclear" if going or len(bare) <= 2 else "idle"} if few else None
    if not going:
        return {"do": "next"} if _SKIP.fullmatch(bare) and not bare.startswith("skip") else None
    for what, pattern in (("next", _GO_ON), ("next", _SKIP), ("stop", _STOP), ("explain", _EXPLAIN)):
        if pattern.fullmatch(bare):
            return {"do": what}
    return None


def certain(text: str, read: Mapping[str, Any] | None) -> bool:
    """Whether it answers the quiz even while another question is open: a lone letter, or the wish to go back to it."""
    read = read or {}
    return read.get("do") == "back" or ("choice" in read and bool(_LETTER.fullmatch(text.strip())))


def _chosen(low: str, choices: Sequence[str]) -> dict[str, Any] | None:
    bare = _TAIL.sub("", _LEAD.sub("", low)).strip(" .,:()")
    for index in range(len(choices)):
        if bare in ("abcd"[index], f"({'abcd'[index]})", str(index + 1), *_ORDINALS[index]):
            return {"choice": index}
    if bare in ("last", "last one", "bottom") or low.endswith("the last one"):
        return {"choice": len(choices) - 1}
    if lettered := re.match(r"([a-d])[).:,]\s+(.+)", bare):
        index = "abcd".index(lettered[1])
        return {"choice": index} if index < len(choices) else None
    if choices[0] == "True":
        return {"choice": 0} if _TRUE.fullmatch(bare) else {"choice": 1} if _FALSE.fullmatch(bare) else None
    return _by_words(bare, choices)


def _by_words(bare: str, choices: Sequence[str]) -> dict[str, Any] | None:
    """The one choice that these words name: as it stands, misspelt, or by a part that no other choice has."""
    said = _tokens(bare)
    if not said:
        return None
    listed = [_tokens(plain(choice)) for choice in choices]
    same = [i for i, tokens in enumerate(listed) if tokens == said]
    if not same:
        same = [i for i, tokens in enumerate(listed) if set(said) <= set(tokens) and any(len(t) > 1 for t in said)]
    if not same:
        figures = [{t for t in tokens if any(c.isdigit() for c in t)} for tokens in listed]
        mine = {t for t in said if any(c.isdigit() for c in t)}
        same = [
            i
            for i, tokens in enumerate(listed)
            if mine == figures[i] and fuzz.ratio(" ".join(said), " ".join(tokens)) >= ALIKE
        ]
    return {"choice": same[0]} if len(same) == 1 else None


def _tokens(low: str) -> list[str]:
    return [t for t in re.findall(r"[a-z]+|\d+(?:\.\d+)?", low.lower()) if t not in _EMPTY_WORDS]


def _number(low: str, unit: str) -> dict[str, Any] | None:
    """A number alone, in the question's unit or one that can be turned into it."""
    found = numbers(low)
    if len(found) != 1:
        return None
    number = found[0]
    rest = low[number.end :].strip(" -~.")
    times = 1.0
    for pattern, factor in _UNITS[unit]:
        if match := re.match(pattern, rest):
            times, rest = factor, rest[match.end() :].strip(" .")
            break
    else:
        if _SPANS.match(rest):
            return None
    before = _LEAD.sub("", low[: number.start].rstrip(" ~-") + " ").strip()
    if re.fullmatch(rf"(?:{_HEDGES}\s*)*", before) and re.fullmatch(rf"(?:[\s,]*{_HEDGES})*", rest):
        low_end = number.low if number.low is not None else number.value
        return {"number": [low_end * times, number.value * times]}
    return None
