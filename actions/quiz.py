"""Quizzes a trainee: asks one question at a time, marks the answer kindly, and remembers when to ask again.

`state["quiz"]` is {"name", "scope", "kind", "open", "asked", "right", "recent"}: what it is about in words, the ids of
its articles (None: all), the one kind of its questions ("": all), the open question as JSON or None, how many were
asked and answered rightly in this sitting, and the articles asked about last. What a person knows is kept in
`catalog.progress`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from random import Random
from typing import Any

from actions import say
from actions.base import State, Turn
from actions.quizzing import from_articles, from_cases, from_figures, scheduler
from actions.quizzing import scope as scopes
from actions.quizzing.question import LETTERS, Kind, Question, mark, name
from actions.reply import Button, Reply
from catalog import progress
from catalog.progress import Record
from catalog.things import Catalog

KINDS: tuple[Kind, ...] = (*from_articles.KINDS, *from_figures.KINDS, *from_cases.KINDS)
BY_NAME = {kind.name: kind for kind in KINDS}
ROTATION = ("which", "bigger", "true_or_myth", "estimate", "client_asks", "ask_first", "true_or_myth", "offer")
RECENT = 4  # articles that are left alone for a while
AMONG = 3  # new articles that are chosen among, so that the path is no rut
NEAR = 0.5  # cosine from which a passage of the library is taken to be the topic they named
SHORT = 44  # letters of a choice that a button can hold

RIGHT = ("Right", "Yes", "Exactly", "Correct")
WRONG = ("Not quite.", "Not this time.", "A fair guess, but no.", "No, though many would say so.")
UNKNOWN = ("No matter.", "Fair enough.", "Good to know what to learn.", "That is what this is for.")
LOST = (
    "I could not tell which answer you mean: {} will do.",
    'Still not clear to me: {} will do, or "don\'t know".',
)
NEXT, NEXT_NEW = Button("Next question", "next"), Button("Something new", "quiz me on anything")
STOP, UNSURE = Button("Stop", "stop the quiz"), Button("Don't know", "don't know")

_BEGINS = re.compile(
    r"\b(quiz\w*|test (me|my)|examine|drill|grill|flash ?cards?|trivia|(ask|give|set) me|questions? (on|about|for me)|"
    r"practi[cs]e|revis(e|ion)|train me)\b",
    re.I,
)
_RETURNS = re.compile(r"\b(back|again|repeat|continue|resume|carry on|go on|where were we)\b", re.I)
_ENDS = re.compile(r"\b(stop|quit|end|exit|finish|enough|no more|cancel|done)\b", re.I)
_HINT = re.compile(r"\b(hint|clue|help me|narrow it|fifty.?fifty|50.?50)\b", re.I)


def now() -> datetime:
    return datetime.now(timezone.utc)


def reply(turn: Turn) -> Reply:
    quiz: State = turn.state.get("quiz") or {}
    question = Question.from_json(quiz["open"]) if quiz.get("open") else None
    answer: Mapping[str, Any] = turn.heard.get("quiz") or {}
    does = answer.get("do")
    if does == "stop" or (not answer and _ENDS.search(turn.text) and not scopes.asked_for(turn.text)):
        return stop(turn)
    if question is not None:
        if "choice" in answer or "number" in answer or does in ("unsure", "skip"):
            return marked(turn, question, answer)
        if does in ("back", "idle"):
            return again(turn, question)
        if _HINT.search(turn.text):
            return hint(turn, question)
        if not scopes.names_topic(turn.text):
            known = _BEGINS.search(turn.text) or _RETURNS.search(turn.text)
            return again(turn, question, "" if known else LOST[quiz.get("repeats", 0) % 2].format(_how(question)))
    if quiz and (does == "next" or not scopes.names_topic(turn.text)):
        return ask(turn)
    return start(turn)


def start(turn: Turn) -> Reply:
    """A quiz on what they name, else on everything; one that is on goes on where they name nothing."""
    records = progress.of(turn.person)
    named = [str(m["id"]) for m in turn.heard.get("mentions") or () if m["kind"] in ("article", "gpu")]
    named = list(dict.fromkeys(turn.catalog.gpus[i].topic if i in turn.catalog.gpus else i for i in named))
    near = [str(a) for a, _, s in turn.heard.get("passages") or () if s >= NEAR]
    wanted = scopes.asked_for(turn.text)
    if scopes.WEAK.search(wanted or turn.text):
        weak = tuple(a for a in scheduler.weak(records) if a in turn.catalog.articles)
        if not weak:
            return Reply("quiz", f"{_nothing_weak(records)} Shall I ask about something new?", buttons=(NEXT_NEW, STOP))
        found: scopes.Scope | None = scopes.Scope("what you found hard", weak)
    else:
        spoken_of = [str(t) for t in turn.state.get("topics") or () if t in turn.catalog.articles]
        if scopes.THAT.fullmatch(wanted) and spoken_of:  # "quiz me on that": on what was last spoken of
            named, wanted = spoken_of[:1], turn.catalog.articles[spoken_of[0]].title
            found = scopes.find(f"quiz me on {wanted}", named, [], turn.catalog)
        else:
            found = scopes.find(turn.text, named, near, turn.catalog)
    if found is None or not found.articles:
        return nothing_on(wanted)
    turn.state["quiz"] = {
        "name": found.name,
        "scope": None if not found.name or found.kind else list(found.articles),
        "kind": found.kind,
        "open": None,
        "asked": 0,
        "right": 0,
        "recent": [],
    }
    about = f" on {found.name}" if found.name else ""
    first = "" if records else ' Answer with a letter or in your own words; "don\'t know" is fine, and "stop" ends it.'
    return ask(turn, f"A quiz{about}, one question at a time.{first}", records)


def nothing_on(wanted: str) -> Reply:
    listed = say.and_list(name for name, _ in scopes.GROUPS.values())
    buttons = (Button("Anything", "quiz me on anything"), Button("The basics", "quiz me on the basics"))
    text = f"I have no questions on {wanted}. I can quiz you on {listed}, or on any article of the library by its name."
    return Reply("quiz", text, buttons=buttons)


# --- asking ---


def ask(turn: Turn, lead: str = "", records: Mapping[str, Record] | None = None, topics: tuple[str, ...] = ()) -> Reply:
    """Puts the next question."""
    quiz = turn.state["quiz"]
    records = progress.of(turn.person) if records is None else records
    question = choose(turn.catalog, quiz, records, now())
    if question is None:
        turn.state["quiz"] = None
        text = f"{lead} I have no question on {quiz['name']} just now: try another topic.".strip()
        return Reply("quiz", text, topics, buttons=(NEXT_NEW,))
    quiz["open"], quiz["asked"] = vars(question), quiz["asked"] + 1
    quiz["recent"] = [*quiz["recent"], question.article][-RECENT:]
    turn.state["asked"], turn.state["asked_why"] = None, ""
    last = {**(turn.state.get("last") or {}), "kind": "quiz"}
    if question.kind != "which":  # "what does that mean?" is about what the question names
        last |= {"article": question.article, "answer": -1, "depth": "sentence"}
    turn.state["last"] = last
    return Reply("quiz", f"{lead}\n\n{question.asked()}".strip(), topics, buttons=choices(question))


def choose(catalog: Catalog, quiz: State, records: Mapping[str, Record], at: datetime) -> Question | None:
    """The next question: on what is due, else on what is new, else on what is due soonest; kinds take turns."""
    scope = scopes.everything(catalog).articles if quiz["scope"] is None else quiz["scope"]
    scope = [a for a in scope if a in catalog.articles]
    ordered = scheduler.order(scope, records, at, quiz["recent"])
    place = quiz["asked"] % len(ROTATION)
    names = dict.fromkeys((*ROTATION[place:], *ROTATION[:place]))
    kinds = [BY_NAME[kind] for kind in names if quiz["kind"] in ("", kind)]
    about = {kind.name: set(kind.about(catalog)) for kind in kinds}
    ready = [a for a in ordered if a in records and scheduler.due(records[a]) <= at and a not in quiz["recent"]]
    fresh = [a for a in ordered if a not in records and a not in quiz["recent"]]
    pairs = []
    for article in ready:  # in another way than the last time
        ways = [kind for kind in KINDS if article in about.get(kind.name, ())]
        before = records[article].asked
        pairs += [(article, ways[(before + i) % len(ways)]) for i in range(len(ways))]
    for kind in kinds:
        able = [a for a in fresh if a in about[kind.name]]
        first = able[: AMONG if quiz["scope"] is None else 1]
        Random(f"{quiz['asked']} {first}").shuffle(first)
        pairs += [(article, kind) for article in (*first, *able[len(first) :])]
    pairs += [(article, kind) for article in ordered for kind in kinds]
    for article, kind in pairs:
        if article in about[kind.name]:
            before = records[article].asked if article in records else 0
            seed = f"{article} {kind.name} {before} {quiz['asked']}"
            if question := kind.make(catalog, catalog.articles[article], Random(seed)):
                return question
    return None


def choices(question: Question) -> tuple[Button, ...]:
    listed = zip(LETTERS, question.choices, strict=False)
    return (*(Button(c if len(c) <= SHORT else letter, letter) for letter, c in listed), UNSURE)


def again(turn: Turn, question: Question, lead: str = "") -> Reply:
    """The open question once more."""
    quiz = turn.state["quiz"]
    quiz["repeats"] = quiz.get("repeats", 0) + 1
    lead = lead or ("Here it is again." if quiz["repeats"] % 2 else "Once more.")
    turn.state["asked"], turn.state["asked_why"] = None, ""
    turn.state["last"] = {**(turn.state.get("last") or {}), "kind": "quiz"}
    return Reply("quiz", f"{lead}\n\n{question.asked()}", buttons=choices(question))


def hint(turn: Turn, question: Question) -> Reply:
    """Halves what there is to choose from, once."""
    wrong = [i for i in range(len(question.choices)) if i != question.right]
    if question.value is not None:
        text = f"It lies between {say.rough(question.value / 3)} and {say.rough(question.value * 2)} {question.unit}."
    elif len(wrong) >= 2:
        kept = Random(question.text).choice(wrong)
        text = f"It is one of {say.and_list(LETTERS[i] for i in sorted((kept, question.right)))}."
    else:
        text = "There are only two to choose from: have a guess."
    return Reply("quiz", f"{text} The question stands.", buttons=choices(question))


def _how(question: Question) -> str:
    return "a letter" if question.choices else f"one number in {question.unit}"


# --- marking ---


def marked(turn: Turn, question: Question, answer: Mapping[str, Any]) -> Reply:
    """What was right and why. After a right answer, or a skipped question, the next one follows at once; after a wrong
    one there is time to read, and to ask back."""
    quiz, records = turn.state["quiz"], progress.of(turn.person)
    got = mark(question, answer)
    record = scheduler.answered(question.article, records.get(question.article), got.right, now())
    progress.keep(turn.person, record)
    records = {**records, question.article: record}
    quiz["open"], quiz["right"] = None, quiz["right"] + got.right
    article = turn.catalog.articles[question.article]
    turn.state["last"] = {
        **(turn.state.get("last") or {}),
        "kind": "quiz",
        "article": article.id,
        "answer": -1,
        "depth": "sentence",
    }
    tally = f" ({quiz['right']} of {quiz['asked']} right so far.)" if quiz["asked"] > 1 else ""
    if got.right:
        named = f", {question.choices[question.right]}" if question.kind == "which" else ""
        lead = f"{RIGHT[quiz['asked'] % len(RIGHT)]}{named}. {question.why}{tally}"
        return ask(turn, lead, records, (article.id,))
    opener = (WRONG if "choice" in answer or "number" in answer else UNKNOWN)[quiz["asked"] % 4]
    if question.choices:
        chosen = LETTERS[answer["choice"]] if got.note else ""
        other = f" As for {chosen}: {got.note}" if got.note else ""
        lead = f"{opener} It is **{question.answer}**. {question.why}{other}"
    else:
        lead = " ".join(part for part in (opener, got.note, f"It is **{question.answer}**.", question.why) if part)
    lead += f" The article is *{name(article)}*.{tally}"
    if answer.get("do") == "skip":
        return ask(turn, lead, records, (article.id,))
    return Reply("quiz", lead, (article.id,), buttons=(NEXT, Button("Tell me more", "tell me more"), STOP))


# --- stopping ---


def stop(turn: Turn) -> Reply:
    quiz, turn.state["quiz"] = turn.state.get("quiz"), None
    buttons = (Button("How am I doing?", "how am I doing?"), Button("Quiz me again", "quiz me"))
    if not quiz:
        return Reply("quiz", 'There is no quiz to stop. Say "quiz me" to begin one.', buttons=buttons[1:])
    answered = quiz["asked"] - bool(quiz["open"])
    if not answered:
        return Reply("quiz", 'Stopped. Say "quiz me" whenever you like.', buttons=buttons[1:])
    records = progress.of(turn.person)
    hard = [name(turn.catalog.articles[a]) for a in scheduler.weak(records) if a in turn.catalog.articles][:3]
    worth = f" Worth another look: {say.and_list(hard)}." if hard else ""
    text = f"Stopped. You had {quiz['right']} of {answered} right.{worth} I will ask again when it is due."
    return Reply("quiz", text, buttons=buttons)


def _nothing_weak(records: Mapping[str, Record]) -> str:
    return "Nothing that you were asked was hard for you so far." if records else "You have not been quizzed yet."
