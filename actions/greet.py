"""Says hello, and what can be asked."""

from __future__ import annotations

from actions.base import Turn
from actions.reply import Button, Reply

EXAMPLES = (
    Button("Size a system", "We want to sort photos of parts into good and bad, about 10 a second. What do we need?"),
    Button("Will it run?", "Will a 70B language model run on an RTX 4090?"),
    Button("What is ...?", "What is VRAM?"),
)


def reply(turn: Turn) -> Reply:
    if turn.state["told"]:
        return Reply(
            "smalltalk",
            "Hello again. I still have what you told me: ask for the recommendation, change "
            "something, or say "
            '"start again".',
        )
    return Reply(
        "smalltalk",
        "Hello, I am Plainspec. Tell me what you want to do with deep learning, in your own "
        "words, and I will work out the "
        "smallest system that does it, even if that is the one you already have. I also say "
        "whether a model runs on a "
        "card, check quotes, and explain what the words mean.",
        buttons=EXAMPLES,
    )
