"""A client's way from a need to a proposal, and back out again."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.page.client import NEED, Visit


def focused(page: Page) -> str:
    """What a screen reader would call what has the focus, through shadow trees."""
    return str(
        page.evaluate("""() => {
            let at = document.activeElement;
            while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            return at.getAttribute("aria-label") || at.textContent.trim() || at.localName;
        }""")
    )


def tab_to(page: Page, name: str, most: int = 120) -> None:
    for _ in range(most):
        if focused(page).startswith(name):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name!r} was not reached with Tab; the focus is on {focused(page)!r}")


def test_from_a_need_to_a_proposal(visit: Visit) -> None:
    client = visit()
    expect(client.page.get_by_role("heading", name="What do you want to do?")).to_be_visible()
    answer = client.say(NEED)
    cards = answer.locator(".option")
    assert cards.locator(".verdict").all_inner_texts() == ["Not enough", "Recommended", "Overkill", "Overkill"]
    best = answer.locator(".option[data-verdict=recommended]")
    for what in (r"£\d,\d{3}", r"80 % range", r"images/s", r"of [\d.]+ GB", r"\d W", r"\d %", r"20\d\d"):
        expect(best).to_contain_text(re.compile(what))
    answer.locator("canvas").first.scroll_into_view_if_needed()
    expect(answer.locator("canvas[data-drawn]").first).to_be_visible()

    source = best.get_by_role("button", name="where the price comes from")
    expect(source).to_have_attribute("aria-expanded", "false")
    source.click()
    expect(best.locator(f"#{source.get_attribute('aria-controls')}")).to_be_visible()

    asked = answer.locator(".asked")
    expect(asked).to_contain_text("?")
    before = client.answers.count()
    asked.get_by_role("button").first.click()
    answer = client.next_answer(before)
    expect(answer.locator(".option[data-verdict=recommended]")).to_be_visible()

    answer.get_by_role("button", name="Make a proposal").click()
    dialog = client.page.get_by_role("dialog", name="Your proposal")
    links = {name: dialog.get_by_role("link", name=name) for name in ("PDF", "Markdown", "Open the page")}
    kinds = {"PDF": "application/pdf", "Markdown": "text/markdown", "Open the page": "text/html"}
    for name, link in links.items():
        expect(link).to_be_visible()
        got = client.page.request.get(link.evaluate("a => a.href"))
        assert got.status == 200
        assert got.headers["content-type"].startswith(kinds[name])
    expect(dialog).to_contain_text(re.compile(r"until \d+ \w+ 20\d\d"))
    client.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert focused(client.page) == "Make a proposal"


def test_an_assumption_is_changed_in_place(visit: Visit) -> None:
    client = visit()
    answer = client.say("We need cameras to find faults.")
    rate = answer.locator(".assumed li").filter(has_text="images a second")
    rate.get_by_role("button", name="Change").click()
    field = rate.get_by_label("Instead of")
    expect(field).to_be_focused()
    field.press("Escape")
    expect(rate.get_by_role("button", name="Change")).to_be_focused()

    rate.get_by_role("button", name="Change").click()
    field.fill("2500")
    before = client.answers.count()
    field.press("Enter")
    again = client.next_answer(before)
    expect(again.locator(".prose").first).to_contain_text("2,500")
    expect(again.locator(".assumed")).not_to_contain_text("10 images a second")


def test_a_reload_brings_the_conversation_back(visit: Visit) -> None:
    client = visit()
    client.say("We need cameras to find faults.")
    client.say("What is **VRAM**?")
    client.box.fill("half a thou")
    before = client.answers.all_inner_texts()
    client.reload()
    expect(client.answers).to_have_count(2)
    assert client.answers.all_inner_texts() == before
    expect(client.page.locator(".user-message").last).to_have_text("What is **VRAM**?")  # as it was typed
    expect(client.box).to_have_text("half a thou")
    stranger = visit()
    expect(stranger.answers).to_have_count(0)


def test_with_the_keyboard_alone(visit: Visit) -> None:
    client = visit()
    page, press = client.page, client.page.keyboard.press
    expect(client.box).to_be_focused()
    page.keyboard.type("We need cameras to find faults.")
    press("Shift+Enter")
    page.keyboard.type("Nothing is labelled.")
    tab_to(page, "Send", 2)
    press("Enter")
    answer = client.next_answer(0)
    expect(page.locator(".user-message")).to_have_text(re.compile(r"faults\.\s+Nothing"))
    expect(page.locator("#status")).to_contain_text("smallest")  # what is read out

    page.locator(".skip").focus()
    press("Enter")
    tab_to(page, "scaled")
    press("Enter")
    expect(answer.locator(".source:visible")).to_have_count(1)
    tab_to(page, "Change: 10 images a second")
    press("Space")
    press("Control+a")
    page.keyboard.type("500")
    press("Enter")
    answer = client.next_answer(1)
    expect(client.box).to_be_focused()

    page.locator("#bar button").first.focus()
    tab_to(page, "More")
    press("Enter")
    tab_to(page, "Talk to a person", 4)
    press("Enter")
    dialog = page.get_by_role("dialog", name="Talk to a person")
    expect(dialog).to_be_visible()
    for _ in range(30):  # the focus stays within
        press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    press("Escape")
    expect(dialog).to_have_count(0)
    assert focused(page) == "More"


def test_what_one_thinks_of_an_answer(visit: Visit) -> None:
    client = visit()
    answer = client.say("What is VRAM?")
    down = answer.get_by_role("button", name="Not helpful")
    down.click()
    word = answer.get_by_label("In a word, why?")
    expect(word).to_be_focused()
    word.fill("too short")
    word.press("Enter")
    expect(word).not_to_be_visible()
    client.reload()
    expect(client.answers.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    kept = client.page.request.get(f"{client.page.url}conversation").json()["turns"][0]
    assert kept["feedback"] == {"thumb": "down", "word": "too short"}


def test_a_person_is_asked_for(visit: Visit) -> None:
    client = visit()
    client.say("We need cameras to find faults.")
    client.page.locator("#bar").get_by_role("button", name="Talk to a person").click()
    dialog = client.page.get_by_role("dialog", name="Talk to a person")
    dialog.get_by_label("Your name").fill("Ada Byron")
    dialog.get_by_label("Email or telephone").fill("not an address")
    dialog.get_by_role("button", name="Send").click()
    assert dialog.get_by_label("I agree").evaluate("box => !box.validity.valid")  # nothing goes without consent
    dialog.get_by_label("I agree").check()
    client.trouble_is_meant = True
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_contain_text("e-mail address or a telephone number")
    expect(dialog.get_by_label("Your name")).to_have_value("Ada Byron")
    dialog.get_by_label("Email or telephone").fill("ada@example.com")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.locator(".done")).to_be_focused()
    client.page.keyboard.press("Escape")

    answer = client.say("Can I talk to a person?")
    expect(answer.get_by_role("form", name="Talk to a person")).to_be_visible()


def test_delete_my_data(visit: Visit) -> None:
    client = visit()
    page = client.page
    client.say("We need cameras to find faults.")
    client.box.fill("a draft")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Delete my data").click()
    page.get_by_role("button", name="Keep it").click()
    expect(client.answers).to_have_count(1)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Delete my data").click()
    page.get_by_role("button", name="Delete it all").click()
    expect(client.answers).to_have_count(0)
    expect(client.page.get_by_role("heading", name="What do you want to do?")).to_be_visible()
    expect(client.box).to_have_text("")
    client.reload()
    expect(client.answers).to_have_count(0)
    client.say("What is VRAM?")  # and one can go on
    expect(client.answers).to_have_count(1)


@pytest.mark.parametrize("where", ["typed", "told"])
def test_markup_is_shown_as_text(visit: Visit, where: str) -> None:
    client = visit()
    evil = '<img src=x onerror="document.title=1"><script>document.title=1</script> ![x](/evil.png) [x](javascript:1)'
    if where == "told":  # whatever stands in a catalog or an article

        def tell(route: Route) -> None:
            said = route.request.post_data_json
            turn = {"id": said["id"], "text": said["text"], "at": "2026-01-01T00:00:00Z", "feedback": None}
            route.fulfill(json={**turn, "replies": [everywhere(evil)]})

        client.page.route("**/messages", tell)
    answer = client.say(f"# A heading?\n{evil}" if where == "typed" else "hello")
    assert client.page.title().startswith("Plainspec")
    assert client.page.locator("deep-chat img[src=x], deep-chat img[src*=evil], deep-chat script").count() == 0
    assert client.page.locator("deep-chat a").count() == 0
    assert client.page.locator(".user-message h1").count() == 0
    shown = client.page.locator(".user-message") if where == "typed" else answer.locator(".prose").first
    expect(shown).to_contain_text('<img src=x onerror="document.title=1"><script>')


def everywhere(evil: str) -> dict[str, object]:
    """A reply with that text in every field that is shown."""
    words = {"unit": evil, "basis": evil, "source": evil, "said": evil, "job": evil}
    price = {"amount": 1.0, "currency": "GBP", "date": "2026-01-01", "per": "system", "source": evil}
    option = {
        "name": evil,
        "verdict": "not_enough",
        "price": price,
        "throughputs": [{"value": 1.0, "low": 0.5, "high": 2.0, **words}],
        "why": [evil],
        "memory_gb": {"needed": 1, "available": 2},
        "power_w": 3,
        "idle_share": 0.5,
    }
    edit = {"kind": "choice", "value": evil, "unit": evil, "choices": [evil], "say": evil}
    costs = {"months": [0, 1], "buy": [1, 1], "rent": [0, 2], "break_even": 1}
    point = {"name": evil, "verdict": evil, "price": 1, "value": 1, "low": 1, "high": 2}
    return {
        "kind": "recommendation",
        "text": f"{evil}\n\n- {evil}\n\n**{evil}**?",
        "tables": [{"title": evil, "columns": [evil], "rows": [[evil]]}],
        "buttons": [{"title": evil, "text": evil}],
        "provenance": [{"figure": evil, "value": evil, "basis": evil, "source": evil}],
        "options": [option],
        "assumptions": [{"slot": evil, "value": evil, "why": evil, "edit": edit}],
        "chart": {
            "price_throughput": {"title": evil, "y": evil, "need": 1, "need_label": evil, "points": [point]},
            "memory": {"title": evil, "name": evil, "available": 2, "parts": [{"name": evil, "gb": 1}]},
            "rent_or_buy": {**costs, "title": evil, "buy_name": evil, "rent_name": evil},
        },
    }


def test_the_example_conversation_starts_with_a_click(visit: Visit) -> None:
    client = visit()
    client.page.get_by_role("button", name="Learn the words").click()
    answer = client.next_answer(0)
    expect(answer.locator(".picture img")).to_have_js_property("complete", True)
    assert answer.locator(".picture img").get_attribute("alt")
    assert json.loads(client.page.evaluate("JSON.stringify(sessionStorage.getItem('plainspec-pending'))")) is None
