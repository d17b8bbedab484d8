"""Declines what is not our business: politely, in one line, and with the near miss that we can help with."""

from __future__ import annotations

import re

from actions.base import Turn
from actions.reply import Reply

# what the question is about -> the decline; the first that matches
DECLINES = (
    (
        r"\b(gam(e|es|ing|er)|fps|console|playstation|ps[2-6]|xbox|nintendo|switch|steam|lag|fortnite|minecraft)\b",
        "Gaming is not my field, so I would be guessing; I size machines for deep learning, and will gladly say "
        "which of "
        "them your card could do.",
    ),
    (
        r"\b(crypto\w*|bitcoin|btc|ethereum|eth|mining|miner|mine|hash ?rate|doge\w*|nft)\b",
        "I do not advise on mining or crypto; if the cards are to be used for deep learning instead, tell me which "
        "they are.",
    ),
    (
        r"\b(career|job|salary|interview|degree|masters?|phd|bootcamp|pay cut|cv|resume|hire|promotion|boss|role|"
        r"internship|colleague)\b",
        "I cannot advise on careers or studies; I can explain the technology itself and size the machine to learn it "
        "on.",
    ),
    (
        r"\b(legal|law|lawyer|court|sue|licen[cs]e|copyright|contract|gdpr|visa|tenant|landlord|divorce|police)\b",
        "That is a legal question, and I am not the one to ask; I only know the hardware side of deep learning.",
    ),
    (
        r"\b(tax|loan|mortgage|credit|debt|pension|shares?|stock|invest\w*|insurance|savings?|apr|bank)\b",
        "I cannot give financial advice beyond what a deep-learning machine costs to buy, rent and run.",
    ),
    (
        r"\b(doctor|pain|symptom\w*|medicine|disease|diet|weight loss|exercise|workout|sleep|pregnan\w*|vitamin\w*|"
        r"headache|health|muscle|plank\w*|gym)\b",
        "I cannot advise on health; please ask someone who is qualified. Hardware for deep learning is what I know.",
    ),
    (
        r"\b(weather|forecast|rain|snow|winter|summer|storm|hurricane|temperature outside)\b",
        "I cannot tell the weather; I only know the machines that forecast it with neural networks.",
    ),
    (
        r"\b(python|pandas|java|javascript|css|html|sql|regex|excel|code|coding|function|dataframe|git|compile|script|"
        r"bug|website|wordpress|linux command)\b",
        "I do not help with programming; ask me what hardware the program needs, or what a deep-learning term means.",
    ),
    (
        r"\b(recipe|cook\w*|bake|eat|food|dog|dogs|cat|cats|pet|football|match|movie|film|song|music|travel|hotel|"
        r"flight|"
        r"holiday)\b",
        "That is outside what I know: I only do hardware for deep learning, and that I do with care.",
    ),
)
DEFAULTS = (
    "That is not something I know about; I advise on hardware for deep learning: what to buy, what runs on it, how "
    "fast, and what the words mean.",
    "I cannot help with that one; ask me about machines for training and running neural networks and I am in my "
    "element.",
    "That is not my business, I am afraid; sizing computers for deep learning is.",
)


def reply(turn: Turn) -> Reply:
    text = turn.text.lower()
    times = turn.state["declined"] = int(turn.state.get("declined") or 0) + 1
    default = DEFAULTS[times % len(DEFAULTS)]  # never the same words twice running
    said = next((answer for pattern, answer in DECLINES if re.search(pattern, text)), default)
    if said == turn.state.get("decline"):
        said = default
    turn.state["decline"] = said
    return Reply("decline", said)
