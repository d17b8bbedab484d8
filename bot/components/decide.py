"""From what the classifier thinks of a sentence to the intent, knowing what was heard in it and what we had asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions import steps
from bot.components.scope import (
    CAREERS,
    EVERYDAY,
    FRAMES,
    MINING,
    NEAR_MISSES,
    NO_GAME,
    NO_WORK,
    NOT_AI,
    NOT_STRAY,
    OUR_WORDS,
    OUR_WORK,
    SHOPPING,
    STRAYS,
    game,
)
from sizing.units import as_list

Ranking = list[dict[str, Any]]

UNSURE = re.compile(
    r"\b(not sure|no idea|don'?t know|dunno|unsure|no clue|can'?t say|hard to say|skip (it|that|this)|"
    r"idk|pass)\b",
)
ASKS = re.compile(r"\?|^\W*(what|which|how|why|is|are|can|could|will|would|does|do|should|who|when|where)\b")
OURS = ("gpu", "system", "network")  # kinds of mention that only our business has
# Declining a real question is worse than answering an odd one: what was heard weighs against it, near misses aside.
HEARD_SOMETHING, HEARD_A_TOPIC, HEARD_NOTHING, NEAR_MISS = 0.4, 0.6, 2.0, 12.0
LIKE_ANYBODY = 5.0
MINED = 500.0  # whatever card it is done on; and what they say is no work for AI
# "what do you recommend for the photos?" is about the need that was told
RECOMMEND = re.compile(
    r"\bwhat (?:do|would|should) (?:you|we|i) (?:then )?(?:recommend|suggest|advise|buy|get|need)\b")
ADVICE = 0.2
RENT_OR_BUY = re.compile(r"\b(?:rent|hire|lease|cloud)\w* or (?:buy|own|purchas)\w*\W*\?|"
                         r"\b(?:buy|own|purchase) or (?:rent|hire|lease)\w*\W*\?")  # fmt: skip
# "what does an hour of an H100 cost?"
HOURLY = re.compile(
    r"\b(?:an|per|each|by the) hour\b.{0,40}\b(?:cost|price|rent|much|pay)|\bhourly (?:rate|price|cost)|"
    r"\b(?:cost|price|rent|much|pay|rate)\w*\b.{0,40}\b(?:an|per|by the|each) hour\b",
)
DOUBTFUL = 0.5
# what is said of an explanation, in few words
MORE = re.compile(
    r"^\W*(?:and |but |ok(?:ay)?,? |now |so )?(?:(?:more |less )?technical(?:ly)?|simply|simpler|shorter|"
    r"longer|deeper|"
    r"in (?:depth|detail|short|plain \w+|one sentence|a sentence)|why (?:should|would|do) (?:i|we|anyone|"
    r"a buyer|they) "
    r"(?:care|bother|mind)\b.*|why (?:care|bother)|so what|who cares|more|go on|(?:for|an?|give me an|any|got an) "
    r"example\b.*)\W*$",
)
PUT = 4.0  # a question put in so many words
# What is to be bought for a job, whatever cards are named with it ...
SEEKS = re.compile(
    r"\b(what (?:else )?(?:would|should|do|does|could|can) (?:you|we|i|one|it) (?:offer|buy|get|use|recommend|"
    r"suggest|need|"
    r"replace)|(?:what|which) (?:\w+ ){0,2}(?:gpus?|cards?|hardware|machine|system|server|pc|computer|rig|laptop|box|"
    r"workstation|set-?up|build)\b(?! (?:is|are|was) (?:that|this))|(?:minimum|cheapest|smallest|"
    r"best) (?:\w+ )?(?:build|rig|"
    r"set-?up|machine|box|pc|server|card|gpu|option)|upgrade path|next step up|start(?:ing)? (?:fresh|"
    r"from scratch|over)|"
    r"(?:least|less) money|smarter|(?:or|and|should i|would you|rather) (?:sell|buy)|buy (?:an?|one|something) |"
    r"replac(?:e|es|ing) (?:our|my|the|an?|\d)|right (?:size|choice)|(?:tell me|so) why not)\b",
)
# ... and what asks for a figure or a yes or no instead.
FIGURE = re.compile(
    r"\bhow (?:long|fast|quick\w*|much (?:v?ram|memory)|many)\b|\bwhat (?:speed|fps|throughput)\b|"
    r"\btok(?:ens?)?(?:/s| per)|"
    r"\bnormal\b|\brequirements?\b|\b(?:largest|biggest)\b|\bwhat can (?:i|we)\b|\b(?:enough|sufficient)\b|"
    r"\b(?:can|could|will|would|does|do) (?:\w+ ){1,6}?(?:run|fit|load|handle|cope|hold)\b",
)
ASKS_FIGURE = re.compile(
    r"\?|\b(?:how|whats?|what's|footprint)\b|\b(?:eta|estimat\w+|calculat\w+|expect\w*|ballpark|roughly|throughput|fps|speed|latency|tok\w*/s|t/s|"
    r"tokens per|time (?:to|for|needed)|training time|(?:v?ram|memory) (?:needed|for|of|use|usage|required)|vram|"
    r"gpu util\w*|utili[sz]ation|"
    r"kv cache|normal|slow\w*|per epoch|an epoch|takes|took|electricity|watts?|cost of)\b",
)
JOB = {"task", "model", "params_b"}
COUNTED = {
    "gpus",
    "budget",
    "users",
    "throughput",
    "claim",
    "deadline",
    "dataset_size",
    "vram_gb",
    "system_ram_gb",
    "quote",
}
OF_A_CARD = {"gpus", "gpu_roles", "gpu_counts", "num_gpus", "vram_gb", "vram_gb_per_gpu"}
BUYS = re.compile(
    r"\b(buy\w*|need|want|budget|looking|pc|machine|server|rig|build|box|workstation|laptop|have|got|my)\b",
)
MACHINE = re.compile(r"\b(?:pc|build|machine|box|rig|workstation|server|laptop)\b")
WHY = re.compile(
    r"^\W*(?:so |and |but )?(?:why (?:is|are|do|does|was|were)|how come|explain)\b|\bexplain\b.{0,40}\bplease\b")
# Jobs that nobody does for fun: who speaks of one has a need. (To translate or to draw something is asked of any bot.)
SERIOUS = {
    "image_classification",
    "object_detection",
    "segmentation",
    "pose_estimation",
    "anomaly_detection",
    "video_analytics",
    "medical_imaging",
    "speech_recognition",
    "recommender",
    "time_series",
    "embeddings",
    "rag",
}
# Remarks about what was said before: unlikely as first words, likely later on.
FOLLOW_UPS = {
    "what_if",
    "provenance",
    "why_ask",
    "not_sure",
    "more",
    "undo",
    "restart",
    "resume",
    "affirm",
    "deny",
    "thanks",
}
FIRST_WORDS, STRAY_LATER = 0.4, 0.5
# Slots that other trades use too: money, people and hours alone do not make a message ours.
COMMON = {
    "budget",
    "users",
    "deadline",
    "hours_per_month",
    "claim",
    "noise",
    "form_factor",
    "deployment",
    "sector",
    "dataset_size",
    "excluded",
    "not_sure",
    "hardware",
    "latency",
    "throughput",
    "quote",
}
# "is it too big?", "isn't that overkill": about the machine spoken of last, or the offer
JUDGED = re.compile(
    r"^\W*(?:(?:so|but|and|hm+|ok(?:ay)?)\W+)?(?:is|isn't|isnt|are|aren't|was|wasn't|would|wouldn't|won't|does|will) "
    r"(?:it|that|this|they|those|these|the (?:offer|quote|machine|box|system|server|"
    r"price))(?: \w+){0,3}? (?:too (?:big|"
    r"much|large|small|little|weak|powerful|expensive|dear)|overkill|oversized|over the top|more than (?:we|i) need|"
    r"big enough|right(?:-?sized)?|any good|worth it|fair|a good (?:deal|price))\W*$",
)
HOW_LONG = re.compile(r"\bhow (?:long|fast|quick\w*|many)\b")
# what strangers are asked about, and the trade an example is for
SIZES = {"params_b", "gmacs", "vram_gb", "vram_gb_per_gpu", "task", "model", "sector"}
# "in QLoRA", "with fp16", "for 100 people": a change to the need, said in few words after it
CHANGE = re.compile(r"^\W*(?:and |but |ok |okay )?(?:in|with|at|using|for|on|make (?:it|that)|say)\b")
# "and in 8 bit?", "what about a 4090?": a few words without a verb of their own ask again what was asked before
FRAGMENT = re.compile(
    r"^\W*(?:(?:and|but|ok|okay|so) )?(?:what about|how about|and|in|with|on|at|for|using)\b"
    r"(?! (?:also|if|then|what|which|who|why|when|where|how|is|are|was|do|does|did|can|could|"
    r"will|would|"
    r"should|has|have|i|we|it|they|please|thanks|no|yes)\b(?! about))",
)
OF_IT = re.compile(r"^\W*(?:it|it's|its size|the model|that model|that one)\b")
FRAGMENT_WORDS = 9
BRIEF = 6  # words: so short a message that names a job is a need
OF_ANY_BOT = {"translation", "summarization", "generative_image", "generative_audio", "generative_video"}
SOCIAL = {"greet", "thanks", "goodbye", "affirm", "deny"}
FIGURES = {"precision", "context_tokens", "prompt_tokens", "output_tokens", "batch_size", "params_b", "users"}
FOLLOWS = {
    "fit": "ask_fit",
    "estimate": "ask_estimate",
    "explanation": "explain",
    "comparison": "compare",
    "recommendation": "what_if",
}
# What a fragment may look like on its own; others ("what about the noise?", "in one sentence") mean what they say.
FOLLOWING = {*FOLLOWS.values(), "need", "check_quote", "out_of_scope"}
# A trainee's wishes, and the words without which a message is hardly one.
TRAINING = {
    "quiz": re.compile(
        r"\b(qui+z+\w*|(?<!i )te?st(ing)? (me|my|how|what i)|tested on|test (on|about)|round of questions|put me to|"
        r"make me a|set me|give me|hint|clue|flash ?cards?|practi[cs]e|warm me up|revision|"
        r"drill me|grill me|examine (me|my|what i)|challenge me|question me|at me|ask me|train me|try me|check my|"
        r"check what i|revise|(more|next|another|some|the) questions?|questions (on|about))\b",
    ),
    "quiz_progress": re.compile(r"\b(i|i'?m|i'?ve|my|me|due)\b"),
    "learning_path": re.compile(
        r"\b(new|start(s|ed|er)?|begin\w*|learn\w*|read|path|stage|teach|study|trainee|apprentice|onboarding|"
        r"curriculum|"
        r"syllabus|speed|joined|first|plan|prepare|client|training to)\b",
    ),
}
WITHOUT_ITS_WORDS = 0.1
# What a few words in the middle of a quiz may look like when they are a clumsy answer to it.
VAGUE = {"need", "affirm", "deny", "not_sure", "what_if", "out_of_scope", "ask_estimate", "ask_fit", "compare", "site"}
IDLE = {"affirm", "deny", "not_sure", "resume"}  # ... and when they only say that it may go on
ANSWERS = {
    "affirm",
    "deny",
    "not_sure",
    "need",
    "what_if",
    "out_of_scope",
    "ask_estimate",
    "ask_fit",
    "check_quote",
    "rent_or_buy",
    "site",
    "greet",
    "thanks",
    "about_bot",
    "handoff",
    "more",
    "resume",
    "explain",
    "compare",
    *TRAINING,
}


def decide(
    shares: Mapping[str, float],
    text: str,
    heard: Mapping[str, Any],
    asked: str | None,
    begun: bool,
    last: str | None = None,
    waiting: str | None = None,
    quoted: bool = False,
) -> Ranking:
    """The intents with their confidence, best first; the confidences sum to 1. `begun`: something was said before;
    `last`: the kind of the last answer of substance; `waiting`: the intent of a question of theirs that waits for what
    we asked about it."""
    text = text.lower()  # patterns for one case are a third faster than those for both
    weighed = {intent: share * _weight(intent, text, heard, begun) for intent, share in shares.items()}
    best = max(weighed, key=weighed.__getitem__)
    share = weighed[best] / sum(weighed.values())
    answered = (
        _quizzed(best, text, heard)
        or _answered(best, share, text, heard, asked, waiting)
        or _stepped(text, heard, last)
        or _offered(best, text, heard, last, quoted)
        or _followed(best, text, heard, last)
    )
    if not answered and best in ("ask_estimate", "ask_fit") and not ASKS.search(text):
        answered = _stated(text, heard, begun)
    if not answered and not begun:
        answered = _meant(best, text, heard)
    stray = NO_WORK.search(text) or ASKS.search(text) or NEAR_MISSES.search(text) or STRAYS.search(text)
    brief = len(text.split()) <= BRIEF
    work = set(as_list(heard["told"].get("task")))
    ours = OUR_WORK.search(text) or (work - OF_ANY_BOT if brief else work & SERIOUS)
    if not answered and best == "out_of_scope" and ours and not stray:
        answered = "need"  # a job in a few words, though nothing of it was heard
    changes = CHANGE.search(text) and len(text.split()) <= 5 and not ASKS.search(text)
    if not answered and begun and heard["told"] and changes:
        answered = "what_if"
    if not answered and HOURLY.search(text) and any(m["kind"] == "gpu" for m in heard["mentions"]):
        answered = "rent_or_buy"
    if not answered and waiting == "rent_or_buy" and set(heard["told"]) & {"hours_per_month", "months"}:
        answered = waiting
    if answered:
        weighed[answered] = 9 * sum(weighed.values())
    total = sum(weighed.values())
    best_first = sorted(weighed.items(), key=lambda pair: -pair[1])
    return [{"name": intent, "confidence": share / total} for intent, share in best_first]


def _weight(intent: str, text: str, heard: Mapping[str, Any], begun: bool) -> float:
    if intent == "rent_or_buy" and RENT_OR_BUY.search(text):
        return PUT
    if intent in FOLLOW_UPS:
        return 1.0 if begun else FIRST_WORDS
    if intent in TRAINING:
        return 1.0 if TRAINING[intent].search(text) else WITHOUT_ITS_WORDS
    if intent != "out_of_scope":
        return 1.0
    ours = any(mention["kind"] in OURS for mention in heard["mentions"])
    if MINING.search(text):
        return MINED
    made = set(as_list(heard["told"].get("task"))) - {"video_analytics"}  # for cameras may only record
    if NOT_AI.search(text) and not made:
        return MINED
    if STRAYS.search(text) and not NOT_STRAY.search(text):
        return NEAR_MISS
    if CAREERS.search(text) and not ours:
        return NEAR_MISS
    job = set(heard["told"]) & JOB
    if not job and not OUR_WORDS.search(text) and game(text, slips=not _of_a_topic(heard)):
        return MINED
    if FRAMES.search(text) and not job and not NO_GAME.search(text) and not OUR_WORDS.search(text) and not begun:
        return NEAR_MISS
    if (NEAR_MISSES.search(text) or (SHOPPING.search(text) and not ours)) and not OUR_WORDS.search(text) and not made:
        return NEAR_MISS
    work = heard["told"].get("task") or OUR_WORDS.search(text) or OUR_WORK.search(text)
    if EVERYDAY.search(text) and not work and not ours:
        return LIKE_ANYBODY
    advice = ADVICE if begun and RECOMMEND.search(text) else 1.0
    return _heard_weight(heard) * (STRAY_LATER if begun else 1.0) * advice


def _of_a_topic(heard: Mapping[str, Any]) -> bool:
    """Whether it speaks of something of ours beside cards, which have articles as well."""
    cards = {mention["start"] for mention in heard["mentions"] if mention["kind"] == "gpu"}
    return any(m["kind"] in ("article", "network") and m["start"] not in cards for m in heard["mentions"])


def _heard_weight(heard: Mapping[str, Any]) -> float:
    kinds = {mention["kind"] for mention in heard["mentions"]}
    told = set(heard["told"]) - COMMON - ({"model"} if heard.get("strangers") else set())
    if kinds & set(OURS) or told:
        return HEARD_SOMETHING
    return HEARD_A_TOPIC if kinds else HEARD_NOTHING


def _quizzed(best: str, text: str, heard: Mapping[str, Any]) -> str | None:
    """What answers or steers the quiz that is on (see `bot.hear.quiz`) is its own, whatever it looks like."""
    read = heard.get("quiz")
    if not read:
        return None
    if read.get("do") == "unclear":  # "about the second, or so": better asked again than taken for a need
        return "quiz" if best in VAGUE and not ASKS.search(text) else None
    if read.get("do") == "idle":
        return "quiz" if best in IDLE and not ASKS.search(text) else None
    return "more" if read.get("do") == "explain" else "quiz"


def _answered(
    best: str, share: float, text: str, heard: Mapping[str, Any], asked: str | None, waiting: str | None = None
) -> str | None:
    """The intent that a bare answer to our pending question has, whatever it looks like on its own: that of the
    question of theirs that waits for it, if one does."""
    if asked is None or best not in ANSWERS:
        return None
    if UNSURE.search(text) and len(text.split()) <= 8:
        return "not_sure"
    if waiting and not ASKS.search(text) and set(heard["told"]) & {asked, *SIZES}:
        return waiting
    if best in ("explain", "more") and _figure_only(text, heard):
        return "need"
    if asked in heard["told"] and not ASKS.search(text):
        return "need"
    if best in ("more", "explain", "out_of_scope") and share < DOUBTFUL and not ASKS.search(text):
        return "need"  # what is neither a question nor clearly anything is meant for an answer
    return None


def _offered(best: str, text: str, heard: Mapping[str, Any], last: str | None, quoted: bool) -> str | None:
    """An offer and its price: told with a job, the answer to the need judges it too. And what is said of it later."""
    priced = (heard["told"].get("quote") or {}).get("amount")
    if priced and best in ("need", "ask_fit", "ask_estimate") and not HOW_LONG.search(text):
        return "need" if best == "need" and set(heard["told"]) & JOB else "check_quote"
    if JUDGED.search(text) and (quoted or last == "recommendation"):
        return "check_quote" if quoted else "what_if"
    return None


def _meant(best: str, text: str, heard: Mapping[str, Any]) -> str | None:
    """What first words are about that look like something near it: a purchase is no question about the cards named in
    it, and a why no need."""
    told = set(heard["told"])
    if best in ("need", "ask_estimate") and WHY.search(text) and not told & COUNTED:
        return "explain"
    if best in ("ask_fit", "ask_estimate") and told & JOB and not FIGURE.search(text):
        return "need" if SEEKS.search(text) or "budget" in told or _only_told(best, text, heard) else None
    amounts = told & {"budget", "users", "throughput", "dataset_size"}
    if best == "compare" and "task" in told and amounts and MACHINE.search(text):
        return "need"  # the cards are what they waver between; the job decides
    if best == "what_if" and "gpu" in {m["kind"] for m in heard["mentions"]} and told <= OF_A_CARD:
        return "explain"  # "a K80, why not": a card, and nothing to change yet
    kinds = {mention["kind"] for mention in heard["mentions"]}
    if best in SOCIAL and kinds & set(OURS) and len(text.split()) <= 2:
        return "explain"  # "yolo" is no greeting here
    if best == "need" and "gpu" in kinds and told <= OF_A_CARD and len(text.split()) <= 8 and not BUYS.search(text):
        return "explain"  # "K80 in 2025, why not": a card, and no job for it
    if best == "need" and "gpus" in told and not told & JOB and heard["told"].get("deployment") == "cloud":
        return "rent_or_buy"  # cards they rent, and no word of what for
    return None


def _only_told(best: str, text: str, heard: Mapping[str, Any]) -> bool:
    """Whether a job is told and nothing is asked of it, nor a card named whose speed it could be: a need."""
    asked = ASKS.search(text) or ASKS_FIGURE.search(text) or WHY.search(text)
    return best == "ask_estimate" and not heard["told"].get("gpus") and not asked


def _stated(text: str, heard: Mapping[str, Any], begun: bool) -> str | None:
    """What is stated, where nothing is asked: an offer with its price, or the size of the model spoken of."""
    if (heard["told"].get("quote") or {}).get("amount"):
        return "check_quote"
    sized = heard["told"].get("params_b") and not heard["told"].get("model")
    return "need" if begun and sized and OF_IT.search(text) else None


def _figure_only(text: str, heard: Mapping[str, Any]) -> bool:
    """ "at 8-bit?", "with 32k context?": a figure for what is spoken of, and no question about the word."""
    return len(text.split()) <= 4 and bool(FRAGMENT.search(text)) and bool(set(heard["told"]) & FIGURES)


def _stepped(text: str, heard: Mapping[str, Any], last: str | None) -> str | None:
    """A question about a step up or down from what was weighed, with no figure of its own."""
    bare = last in ("recommendation", "fit") and set(heard["told"]) <= {"num_gpus"}
    return "what_if" if bare and steps.asked(text) else None


def _followed(best: str, text: str, heard: Mapping[str, Any], last: str | None) -> str | None:
    """The intent of the last answer, when these few words only ask it again of something else."""
    if last in ("explanation", "comparison") and MORE.search(text):
        return "more"
    figure = best == "explain" and last in ("fit", "estimate", "recommendation") and _figure_only(text, heard)
    if last not in FOLLOWS or not (figure or best in FOLLOWING):
        return None
    if len(text.split()) > FRAGMENT_WORDS or not FRAGMENT.search(text):
        return None
    if NEAR_MISSES.search(text) and not OUR_WORDS.search(text):
        return None
    kinds = {mention["kind"] for mention in heard["mentions"]}
    about_words = last in ("explanation", "comparison")
    return FOLLOWS[last] if (kinds if about_words else heard["told"] or kinds & set(OURS)) else None
