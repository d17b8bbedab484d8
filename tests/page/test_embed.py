"""The page in the corner of another site."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.page.client import Visit
from tests.page.conftest import Site


def test_another_site_has_it_in_its_corner(visit: Visit, site: Site) -> None:
    client = visit(site.host_page, ready=False)
    page = client.page
    opener = page.get_by_role("button", name="Ask about hardware")
    expect(opener).to_have_attribute("aria-expanded", "false")
    assert len(page.frames) == 1  # nothing is loaded before it is asked for
    assert client.violations() == []
    opener.focus()
    page.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    frame = page.frame_locator("iframe")
    box = frame.get_by_role("textbox", name="Your message")
    box.fill("What is VRAM?")
    box.press("Enter")
    expect(frame.locator(".answer")).to_have_count(1)
    assert client.violations() == []

    box.press("Escape")
    expect(page.locator("iframe")).not_to_be_visible()
    expect(opener).to_be_focused()
    opener.click()
    expect(frame.locator(".answer")).to_have_count(1)
    frame.get_by_role("button", name="Close").click()
    expect(opener).to_be_focused()

    page.reload()  # its session is its own, and outlives the page
    page.get_by_role("button", name="Ask about hardware").click()
    expect(frame.locator(".answer")).to_have_count(1)


def test_on_a_telephone_it_fills_the_window(visit: Visit, site: Site) -> None:
    client = visit(site.host_page, width=360, ready=False)
    client.page.get_by_role("button", name="Ask about hardware").click()
    frame = client.page.locator("iframe")
    expect(frame).to_be_visible()
    assert frame.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 800}
    client.page.frame_locator("iframe").get_by_role("button", name="Close").click()
    expect(frame).not_to_be_visible()


def test_no_other_site_can_show_it(visit: Visit, site: Site) -> None:
    client = visit(site.host_page.replace("localhost", "127.0.0.1"), ready=False)  # an origin that is not allowed
    with client.page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        client.page.get_by_role("button", name="Ask about hardware").click()
    assert client.page.frame_locator("iframe").locator("#conversation").count() == 0
    client.complaints.clear()  # it was that one


def test_the_demonstration(visit: Visit) -> None:
    client = visit("/demo", ready=False)
    client.page.get_by_role("button", name="Ask about hardware").click()
    expect(client.page.frame_locator("iframe").get_by_role("heading", name="What do you want to do?")).to_be_visible()
