"""Raw text: what is let through, and the reply to what is not."""

from __future__ import annotations

import pytest

from actions.reply import Reply
from bot.clean import LONGEST, READ, clean, foreign


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("  what is a gpu \t?", "what is a gpu ?"),
        ("/restart", "restart"),
        ('//greet{"a": 1}', 'greet{"a": 1}'),
        ("a\x00b\x07c what is vram", "a b c what is vram"),
        ("first line\nsecond line", "first line\nsecond line"),
        ("Café Müller needs a server for 5 cameras", "Café Müller needs a server for 5 cameras"),
        ("4090", "4090"),
    ],
)
def test_text_as_meant(text: str, meant: str) -> None:
    assert clean(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\n\n",
        "/",
        "///",
        "???",
        "😀😀😀",
        "\x00\x01\x02",
        None,
        7,
        b"bytes",
        "x" * (LONGEST + 1),
        "".join(chr(i % 32) for i in range(400)),
    ],
)
def test_nothing_to_understand(text: object) -> None:
    answer = clean(text)
    assert isinstance(answer, Reply)
    assert answer.kind in ("smalltalk", "decline")
    assert len(answer.text) > 20


def test_a_long_message_is_read_in_part() -> None:
    assert len(clean("we need a server " * 1000)) == READ


@pytest.mark.parametrize(
    "text",
    [
        "Wir brauchen einen Server für die Erkennung von Fehlern auf Stoff und haben 5000 Bilder",
        "Nous avons besoin d'un serveur pour la détection de défauts",
        "Necesitamos un servidor para entrenar una red neuronal con las imágenes que tenemos",
        "Quale scheda video mi serve per il deep learning con la mia azienda?",
        "我需要一台服务器来训练模型",
        "Какой сервер нужен для обучения нейросети?",
        "どのGPUを買えばいいですか",
    ],
)
def test_other_languages(text: str) -> None:
    assert foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "what is a gpu",
        "RTX 4090 vs RTX 3090",
        "need la crème de la crème of gpus for the lab",
        "un-set env var in docker",
        "do you speak german",
        "yolo v8 on an orin",
        "we are Müller und Söhne and need a server for the looms",
        "Llama 3 70B",
        "no",
        "si",
        "lora vs qlora",
    ],
)
def test_english_enough(text: str) -> None:
    assert not foreign(text)
