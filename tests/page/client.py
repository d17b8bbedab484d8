"""Somebody at the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

NEED = (
    "We make woven fabric and want cameras to spot weaving faults. About 50,000 photos so far, 1024x1024, in six "
    "classes. We were told we need a DGX H100. Our budget is £15,000. The line runs at 20 pictures a second."
)
SLOW_MS = 30_000  # a busy machine with two cores
expect.set_options(timeout=SLOW_MS)


@dataclass
class Client:
    page: Page
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    trouble_is_meant: bool = False  # the browser itself notes every failed request

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Your message")

    @property
    def answers(self) -> Locator:
        return self.page.locator(".answer")

    def say(self, text: str) -> Locator:
        """The answer to it."""
        before = self.answers.count()
        self.box.fill(text)
        self.box.press("Enter")
        return self.next_answer(before)

    def next_answer(self, before: int) -> Locator:
        expect(self.answers).to_have_count(before + 1)
        return self.answers.nth(before)

    def reload(self) -> None:
        self.page.reload()
        self.ready()

    def ready(self) -> None:
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def violations(self) -> list[tuple[str, str, list[str]]]:
        """What axe finds wrong by WCAG 2.2 A and AA, and by its own best practices."""
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        before = len(self.complaints)
        found: dict[str, Any] = Axe().run(self.page, options={"runOnly": tags, "resultTypes": ["violations"]}).response
        del self.complaints[before:]  # axe's own: it sets styles that the page's policy forbids
        return [(v["id"], v["help"], [node["html"][:200] for node in v["nodes"]]) for v in found["violations"]]


Visit = Callable[..., Client]
