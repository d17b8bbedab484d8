"""Whoever looks or listens, on whatever they hold: nothing for axe to find, nothing cut off, in light and in dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.page.client import NEED, Client, Visit

STATES = [(1280, "light"), (1280, "dark"), (320, "light"), (360, "dark")]


def sideways(client: Client) -> list[Any]:
    """What sticks out of the window, but for what is there to be scrolled."""
    return client.page.evaluate("""() => {
        const roots = [document, document.querySelector("deep-chat")?.shadowRoot].filter(Boolean);
        return roots.flatMap((root) => [...root.querySelectorAll("*")])
            .filter((e) => !e.closest(".scroll *, svg, .unseen, .skip") && e.getClientRects().length)
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 ||
                (e.id === "messages" && e.scrollWidth > e.clientWidth))
            .map((e) => [e.localName, e.className, e.getBoundingClientRect().right]);
    }""")


def small(client: Client) -> list[Any]:
    """Controls under 24 by 24 CSS pixels (WCAG 2.2, 2.5.8), but for links in running text."""
    return client.page.evaluate("""() =>
        [...document.querySelectorAll("button, a.button, input, select, textarea, summary")]
        .filter((e) => e.getClientRects().length && !e.closest(".unseen"))
        .map((e) => [e.textContent || e.name, e.getBoundingClientRect().width, e.getBoundingClientRect().height])
        .filter(([, w, h]) => w < 23.9 || h < 23.9)""")


@pytest.mark.parametrize(("width", "scheme"), STATES)
def test_the_main_states(visit: Visit, width: int, scheme: str) -> None:
    client = visit(width=width, scheme=scheme)
    assert client.violations() == []
    assert sideways(client) == []
    answer = client.say(NEED)
    for button in answer.locator("button.basis").all()[:4]:
        button.click()
    for details in answer.locator("summary").all():
        details.click()
    answer.locator(".assumed").get_by_role("button", name="Change").first.click()
    answer.get_by_role("button", name="Helpful", exact=True).click()
    expect(answer.get_by_label("In a word, why?")).to_be_visible()
    answer.locator("canvas").first.scroll_into_view_if_needed()
    expect(answer.locator("canvas[data-drawn]").first).to_be_visible()
    assert client.violations() == []
    assert sideways(client) == []
    assert small(client) == []
    paper = client.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(part) for part in paper[4:-1].split(",")) < 120) == (scheme == "dark")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_other_answers_and_dialogs(visit: Visit, width: int, scheme: str) -> None:
    client = visit(width=width, scheme=scheme)
    page = client.page
    for text in ("What is an LSTM?", "Compare the L4 and the L40S", "quiz me", "Can I talk to a person?"):
        client.say(text)
    client.say("We need cameras to find faults.")
    assert client.violations() == []
    assert sideways(client) == []
    page.get_by_role("button", name="More", exact=True).click()
    assert client.violations() == []
    page.get_by_role("button", name="Delete my data").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert client.violations() == []
    page.keyboard.press("Escape")
    client.answers.last.get_by_role("button", name="Talk to a person").click()
    assert client.violations() == []
    assert small(client) == []
    page.keyboard.press("Escape")
    client.answers.last.get_by_role("button", name="Make a proposal").click()
    expect(page.get_by_role("link", name="PDF")).to_be_visible()
    assert client.violations() == []
    page.goto(page.get_by_role("link", name="Open the page").evaluate("link => link.href"))
    assert client.violations() == []
    assert sideways(client) == []


def test_the_theme_is_chosen_and_remembered(visit: Visit) -> None:
    client = visit(scheme="light")
    client.page.get_by_role("button", name="Dark colours").click()
    expect(client.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert client.violations() == []
    client.reload()
    expect(client.page.get_by_role("button", name="Light colours")).to_be_visible()
    assert client.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 22, 21)"


@pytest.mark.parametrize("path", ["/privacy", "/demo"])
def test_the_plain_pages(visit: Visit, path: str) -> None:
    client = visit(path, width=360, ready=False)
    expect(client.page.locator("h1")).to_be_visible()
    assert client.violations() == []
    assert sideways(client) == []
