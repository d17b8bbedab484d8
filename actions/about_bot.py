"""Says what Plainspec is, what it can do, and what it is not."""

from __future__ import annotations

import re

from actions.base import Turn
from actions.greet import EXAMPLES
from actions.reply import Reply

# what is asked about -> the answer; the first that matches
ANSWERS = (
    (
        r"\b(german|deutsch|french|fran\w+|spanish|espa\w+|italian|polish|dutch|welsh|language do you|languages|"
        r"english)\b",
        "I only speak English, I am afraid, though it need not be tidy English.",
    ),
    (
        r"\b(day|date|time|year|clock)\b",
        "I have no calendar or clock to show you; I only know the dates on my prices and measurements, and I say them.",
    ),
    (
        r"\b(human|person|robot|bot|real|alive|chatgpt|llm|gpt|ai|machine|program)\b",
        "I am a program, not a person, and not a large language model either: I read what you write, look figures up "
        "in "
        "a catalog and "
        'compute the rest. Say "talk to a person" and I will hand you over with everything you told me.',
    ),
    (
        r"\b(data|privacy|store|save|record|gdpr|secret|confidential|remember)\b",
        "I keep what you tell me in this conversation so that you need not repeat it, and use it for nothing but the "
        "answer. "
        '"Start again" clears it.',
    ),
    (
        r"\b(sell|commission|biased?|bias|paid|sponsor\w*|honest|independent|trust)\b",
        "I belong to a reseller, and my job is the smallest system that is enough: I always show the cheapest option "
        "that does the job, "
        "including keeping what you have or renting, and I show where every figure comes from.",
    ),
    (
        r"\b(who (are|made|built)|your name|what are you|created|developer)\b",
        "I am Plainspec, an advisor for people who are about to spend money on deep-learning hardware.",
    ),
    (
        r"\b(how are you|how('s| is) it going|you ok|what'?s up|how do you do|feel)\b",
        "All well here, thank you. What would you like to do with deep learning?",
    ),
)
DEFAULT = (
    "I size deep-learning hardware. Tell me what you want to achieve and I recommend the cheapest system that "
    "is enough, show why the "
    "next one down is not and why the next one up is overkill. I also estimate training times and speeds, say "
    "whether a model fits "
    "on a card, compare parts, check quotes, work out renting against buying, and explain the field's words."
)


def reply(turn: Turn) -> Reply:
    text = turn.text.lower()
    answer = next((said for pattern, said in ANSWERS if re.search(pattern, text)), DEFAULT)
    return Reply("smalltalk", answer, buttons=EXAMPLES if answer is DEFAULT else ())
