"""Takes README's two pictures anew: `plainspec serve` in one terminal, then `python -m tests.page.screens`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.page.client import NEED, Client
from tests.page.conftest import chromium

SCREENS = Path(__file__).resolve().parents[2] / "bot" / "page" / "screens"
SHOTS: tuple[tuple[str, int, int, Any, float], ...] = (
    ("wide", 1140, 1320, "light", 0.75),
    ("narrow", 360, 740, "dark", 1),
)


def main(url: str = "http://localhost:5005/") -> None:
    SCREENS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for name, width, height, scheme, scale in SHOTS:
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=scale
            )
            client = Client(page)
            page.goto(url)
            client.ready()
            answer = client.say(NEED)
            if name == "narrow":
                answer.locator(".option[data-verdict=recommended]").evaluate("card => card.scrollIntoView()")
            page.mouse.move(0, 0)
            page.screenshot(path=SCREENS / f"{name}.png", animations="disabled")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:2])
