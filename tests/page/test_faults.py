"""What fails is said in a sentence, what was typed is kept, and it goes on by itself when it can."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.page.client import Client, Visit

SORRY = "Something went wrong at our end, so this is not answered yet."


def fail(client: Client, times: int | None = None, status: int = 503) -> list[dict[str, str]]:
    """Answers so many messages with that status, and then lets them through; returns what was sent."""
    client.trouble_is_meant = True
    sent: list[dict[str, str]] = []

    def answer(route: Route) -> None:
        sent.append(route.request.post_data_json)
        if times is None or len(sent) <= times:
            route.fulfill(status=status, json={"error": SORRY}, headers={"Retry-After": "1"})
        else:
            route.continue_()

    client.page.route("**/messages", answer)
    return sent


def test_a_failure_behind_it_is_said_and_overcome(visit: Visit) -> None:
    client = visit()
    sent = fail(client, times=2)
    client.box.fill("What is VRAM?")
    client.box.press("Enter")
    expect(client.page.locator(".wait")).to_contain_text(SORRY)
    expect(client.page.locator("#status")).to_contain_text("sent again by itself")
    assert client.violations() == []
    expect(client.answers).to_have_count(1)
    expect(client.page.locator(".wait")).to_have_count(0)
    assert len(sent) == 3
    assert len({(s["id"], s["text"]) for s in sent}) == 1  # the same id, so that it is answered once
    client.reload()
    expect(client.answers).to_have_count(1)


def test_without_a_connection_it_waits_for_one(visit: Visit) -> None:
    client = visit()
    client.trouble_is_meant = True
    client.page.context.set_offline(True)
    client.box.fill("What is VRAM?")
    client.box.press("Enter")
    expect(client.page.locator(".wait")).to_contain_text("You seem to be offline.")
    client.page.context.set_offline(False)
    expect(client.answers).to_have_count(1)


def test_what_was_sent_can_be_taken_back(visit: Visit) -> None:
    client = visit()
    fail(client)
    client.box.fill("What is VRAM?")
    client.box.press("Enter")
    client.page.get_by_role("button", name="Take it back").click()
    expect(client.box).to_have_text("What is VRAM?")
    expect(client.page.locator(".wait")).to_have_count(0)
    client.page.unroute("**/messages")
    client.box.press("Enter")
    expect(client.answers).to_have_count(1)


def test_what_was_under_way_is_sent_after_a_reload(visit: Visit) -> None:
    client = visit()
    sent = fail(client)
    client.box.fill("What is VRAM?")
    client.box.press("Enter")
    expect(client.page.locator(".wait")).to_contain_text(SORRY)
    client.page.unroute("**/messages")
    with client.page.expect_request("**/messages") as again:
        client.page.reload()
    assert again.value.post_data_json == sent[0]
    client.ready()
    expect(client.answers).to_have_count(1)


def test_what_is_refused_is_in_the_box_again(visit: Visit) -> None:
    client = visit()
    fail(client, status=413)
    client.box.fill("What is VRAM?")
    client.box.press("Enter")
    expect(client.page.locator(".trouble")).to_have_text(f"{SORRY} What you wrote is in the box again.")
    expect(client.box).to_have_text("What is VRAM?")


def test_what_is_too_long_is_in_the_box_again(visit: Visit) -> None:
    client = visit()
    client.box.fill("x" * 20_001)
    client.box.press("Enter")
    expect(client.page.locator(".trouble")).to_contain_text("20,001 characters, and 20,000 is the most")
    expect(client.box).to_have_text("x" * 20_001)


def test_the_conversation_is_fetched_when_the_server_is_back(visit: Visit) -> None:
    client = visit(ready=False)
    client.ready()
    client.say("What is VRAM?")
    client.trouble_is_meant = True
    tries: list[str] = []

    def answer(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) < 2:
            route.fulfill(status=503, json={"error": SORRY})
        else:
            route.continue_()

    client.page.route("**/conversation", answer)
    client.page.reload()
    expect(client.page.get_by_text(f"{SORRY} The page tries again by itself.")).to_be_visible()
    assert client.violations() == []
    expect(client.answers).to_have_count(1)


def test_a_part_that_does_not_arrive_is_said(visit: Visit) -> None:
    client = visit()
    client.trouble_is_meant = True
    client.page.route("**/vendor/deep-chat.js", lambda route: route.abort())
    client.page.reload()
    expect(client.page.get_by_role("alert")).to_have_text("Part of the page did not arrive: please load it again.")


def test_what_waits_is_not_sent_after_all_is_deleted(visit: Visit) -> None:
    client = visit()
    sent = fail(client)
    client.box.fill("My secret.")
    client.box.press("Enter")
    expect(client.page.locator(".wait")).to_contain_text(SORRY)
    client.page.get_by_role("button", name="More", exact=True).click()
    client.page.get_by_role("button", name="Delete my data").click()
    client.page.get_by_role("button", name="Delete it all").click()
    expect(client.page.get_by_role("heading", name="What do you want to do?")).to_be_visible()
    expect(client.page.locator(".wait")).to_have_count(0)
    expect(client.box).to_have_text("")
    before = len(sent)
    client.page.unroute("**/messages")
    client.reload()
    expect(client.answers).to_have_count(0)
    assert len(sent) == before
    expect(client.page.locator(".user-message")).to_have_count(0)


def test_without_the_chart_library_the_table_is_open(visit: Visit) -> None:
    client = visit()
    client.trouble_is_meant = True
    client.page.route("**/vendor/chart.js", lambda route: route.abort())
    answer = client.say("We need cameras to find faults.")
    answer.locator("canvas").first.scroll_into_view_if_needed()
    expect(answer.locator(".chart").first.get_by_role("table")).to_be_visible()
    expect(answer.locator(".chart").first.locator("canvas")).to_have_count(0)
