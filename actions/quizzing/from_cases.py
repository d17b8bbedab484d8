"""Questions made from cases that `sizing` decides: what to ask a client, and what is wrong with an offer."""

from __future__ import annotations

from random import Random

from actions import say
from actions.quizzing.question import Kind, Question, shuffled
from catalog.things import NOISE, Article, Catalog
from sizing import defaults
from sizing.complete import complete
from sizing.figures import Assessment
from sizing.machines import from_system
from sizing.money import price_gbp
from sizing.need import Assumption
from sizing.quote import QuoteCheck, check
from sizing.recommend import Recommendation, questions, recommend

CLEARLY = 1.5  # the right question moves the cost by so much more (in logarithms) than any other choice
SOCKET_W = defaults.CIRCUITS["13 a"]
FAIR, DEAR = 1.15, 1.5  # times the indicative price: up to the one is fair, from the other on it is not
BIG, BUSY = 5.0, 0.1  # overkill: so many times the price of what would do, and busy so little


def cases(catalog: Catalog) -> list[str]:
    """Articles on a task that sizing knows, and on choosing hardware."""
    tasks = [*defaults.TASKS, *defaults.LANGUAGE]
    return [a for a in ("hardware_recommendation", *tasks) if a in catalog.articles]


def job(task: str, catalog: Catalog) -> str:
    """The task in words."""
    if task in defaults.TASKS:
        return defaults.TASKS[task].what
    article = catalog.articles.get(task)
    return article.title if article else task.replace("_", " ")


def _task(article: Article, catalog: Catalog, rng: Random) -> str:
    known = cases(catalog)[1:]
    return article.id if article.id in known else rng.choice(known)


def ask_first(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    """A need with gaps: which question changes the answer most?"""
    task = _task(article, catalog, rng)
    told = {"task": task}
    completed = complete(told, catalog)
    if completed.need is None:
        return None
    open_: list[Assumption] = [a for a in completed.assumptions if a.question]
    rng.shuffle(open_)
    said = open_[: rng.randint(0, max(0, len(open_) - 3))]
    worth = [q for q in questions(told, catalog, completed) if q.assumption not in said]
    if not worth or worth[0].low_gbp >= worth[0].high_gbp:
        return None
    best = worth[0]
    impact = {q.assumption.slot: q.impact for q in worth}
    wrong = [
        a for a in open_ if a not in said and a is not best.assumption and impact.get(a.slot, 0) * CLEARLY < best.impact
    ][:3]
    if len(wrong) < 2:
        return None
    choices, right = shuffled(best.assumption.question, [a.question for a in wrong], rng)
    facts = "; ".join(a.value for a in said) or "nothing more"
    low, high = say.money(best.low_gbp), say.money(best.high_gbp)
    return Question(
        "ask_first",
        article.id,
        f'A client wants a machine for this: {job(task, catalog)}. What they have said about it: {facts}. '
        "Which question would you ask first?",
        f"{best.assumption.matters} Depending on the answer, the right choice costs between {low} and {high}; the "
        "other answers change it far less, or not at all.",
        choices,
        right,
    )


# --- offers ---

SMALL, LARGE, COSTLY, FINE = (
    "It is too small for the job",
    "It is far more than the job needs",
    "The price is well above the usual",
    "Nothing: it suits the job, and the price is fair",
)
PLACE, PLACE_FINE = "It cannot stand in an office", "Nothing: it may stand there, and the price is fair"


FACTS = (  # of a job: what decides between small and large
    "model",
    "params_b",
    "phase",
    "dataset_size",
    "deadline",
    "throughput",
    "users",
    "context_tokens",
    "precision",
    "hours_per_month",
)


def suits_office(machine_power: float | None, noise: str | None) -> bool:
    return (machine_power or 0) <= SOCKET_W and NOISE.index(noise or "silent") <= NOISE.index("office")


def faults(got: QuoteCheck) -> set[str]:
    """Which claims hold of an offer, as `sizing` has it; "unclear" where it lies between fair and clearly wrong."""
    found = set()
    ratio = got.asked_gbp / got.usual_gbp if got.asked_gbp and got.usual_gbp else 1.0
    if ratio >= DEAR:
        found.add(COSTLY)
    a, r = got.assessment, got.recommendation
    if a is not None and not a.enough:
        found.add(SMALL)
    elif a is not None and r is not None and r.bought is not None and r.bought.cost_gbp and got.usual_gbp:
        busy = 1 - (a.idle_share if a.idle_share is not None else 1.0)
        if got.usual_gbp >= BIG * r.bought.cost_gbp and busy <= BUSY:
            found.add(LARGE)
        elif a.machine.id != r.bought.machine.id:
            found.add("unclear")
    return found or ({FINE} if ratio <= FAIR else {"unclear"})


def offer(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    """What is wrong with this offer? Exactly one of the choices holds."""
    if article.id in ("noise", "power", "rack", "cooling"):
        return misplaced(catalog, article, rng)
    task = _task(article, catalog, rng)
    told = {"task": task, "excluded": ["cloud"]}
    r = recommend(told, catalog)
    if not isinstance(r, Recommendation) or r.bought is None:
        return None
    wanted = rng.choice((SMALL, LARGE, COSTLY, FINE) if article.id != "cost" else (COSTLY, FINE))
    system = _offered(wanted, r, catalog, rng)
    usual = price_gbp(catalog.systems[system].price, catalog.rates) if system in catalog.systems else None
    if usual is None:
        return None
    asked = round(usual * (rng.choice((1.6, 1.8, 2.0)) if wanted == COSTLY else rng.choice((0.95, 1.0, 1.05))), -1)
    got = check(
        {**told, "quote": {"items": [{"system": system, "count": 1}], "amount": asked, "currency": "GBP"}}, catalog
    )
    if got.assessment is None or faults(got) != {wanted}:
        return None
    choices, right = shuffled(wanted, [c for c in (SMALL, LARGE, COSTLY, FINE) if c != wanted], rng)
    name = catalog.systems[system].name
    facts = "; ".join(a.value for a in complete(told, catalog).assumptions if a.slot in FACTS)
    return Question(
        "offer",
        article.id,
        f"A client shows you an offer: one {name} for {say.money(asked)}. The job: {job(task, catalog)} ({facts}). "
        "What is wrong with it?",
        _why(wanted, got, catalog),
        choices,
        right,
    )


def _offered(wanted: str, r: Recommendation, catalog: Catalog, rng: Random) -> str:
    """The id of a system of which that is likely to hold; "" where there is none."""
    assert r.bought is not None
    assert r.bought.cost_gbp is not None
    if wanted in (COSTLY, FINE):
        return r.bought.machine.id
    if wanted == SMALL:
        return r.below.machine.id if r.below is not None else ""
    dear = [
        s.id for s in catalog.systems.values() if (price_gbp(s.price, catalog.rates) or 0) >= BIG * r.bought.cost_gbp
    ]
    return rng.choice(dear) if dear else ""


def _why(wanted: str, got: QuoteCheck, catalog: Catalog) -> str:
    a, r = got.assessment, got.recommendation
    assert a is not None
    assert r is not None
    assert r.bought is not None
    price = f"The catalogue's indicative price is {say.price(a.machine.price, catalog)}."
    would_do = f"**{r.bought.machine.name}** at {say.price(r.bought.machine.price, catalog)} would do."
    if wanted == SMALL:
        return f"It is not enough: {a.reasons[0]}. {would_do}"
    if wanted == LARGE:
        return f"It would be idle {_idle(a)} of the time. {would_do}"
    return price if wanted == COSTLY else f"It is the smallest machine in the catalogue that does the job. {price}"


def _idle(a: Assessment) -> str:
    return say.percent(a.idle_share or 0.0)


def misplaced(catalog: Catalog, article: Article, rng: Random) -> Question | None:
    """An offer that is to stand in an office on an ordinary socket."""
    priced = [s for s in catalog.systems.values() if price_gbp(s.price, catalog.rates) is not None]
    fine = [s for s in priced if suits_office(s.max_power_w, s.noise)]
    wrong = [s for s in priced if s.noise in ("loud", "server_room")]
    wanted = rng.choice((PLACE, PLACE, PLACE_FINE))
    system = rng.choice(wrong if wanted == PLACE else fine)
    usual = price_gbp(system.price, catalog.rates)
    assert usual is not None
    asked = round(usual * rng.choice((0.95, 1.0, 1.05)), -1)
    choices, right = shuffled(wanted, [c for c in (PLACE, COSTLY, PLACE_FINE) if c != wanted], rng)
    machine = from_system(system, catalog)
    noise = system.noise.replace("_", " ")
    too_much = f" No office socket carries {system.max_power_w:,} W." if system.max_power_w > SOCKET_W else ""
    return Question(
        "offer",
        article.id,
        f"A client shows you an offer: one {system.name} for {say.money(asked)}, to stand in their open-plan office on "
        "an ordinary 13 A socket. What is wrong with it?",
        f"It draws up to {system.max_power_w:,} W, needs a {machine.circuit or system.circuit} and its noise class is "
        f'"{noise}".{too_much} Its indicative price is {say.price(system.price, catalog)}.',
        choices,
        right,
    )


def offered(catalog: Catalog) -> list[str]:
    return [a for a in ("cost", "noise", "power", "rack", "cooling", *cases(catalog)) if a in catalog.articles]


KINDS = (Kind("ask_first", cases, ask_first), Kind("offer", offered, offer))
