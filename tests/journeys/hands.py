"""How somebody acts on a page: by pointing and typing, or with the keyboard alone."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from playwright.sync_api import Locator, Page

WAY = """(target) => {
  const here = document.activeElement;
  if (here === target) return 0;
  if (here === document.body || here === null) return 1;
  return here.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING ? 1 : -1;
}"""
IN_GROUP = "(target) => document.activeElement.name === target.name"
IS_SEEN = """(target) => {
  const style = getComputedStyle(target);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return outlined || style.boxShadow !== "none";
}"""
MOST_KEYS = 400
"""Whoever has pressed the tabulator so often gives up."""


class Hands(Protocol):
    """What a body can do to a page."""

    def press(self, target: Locator) -> None:
        """Press a button, follow a link, unfold a part."""

    def write(self, target: Locator, value: str) -> None:
        """Put a value into a field."""

    def mark(self, target: Locator) -> None:
        """Choose one of a group of buttons, or tick a box."""

    def pick(self, target: Locator, label: str) -> None:
        """Choose in a list."""


class Pointer:
    """A finger or a mouse, and keys for letters."""

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, value: str) -> None:
        target.fill(value)

    def mark(self, target: Locator) -> None:
        target.check()

    def pick(self, target: Locator, label: str) -> None:
        target.select_option(label=label)


class Keyboard:
    """Tabulator, arrows, space and enter: nothing is pointed at."""

    def __init__(self, page: Page, problems: list[str]) -> None:
        self._page, self._problems = page, problems

    def press(self, target: Locator) -> None:
        self._reach(target)
        self._page.keyboard.press("Enter")

    def write(self, target: Locator, value: str) -> None:
        self._reach(target)
        if target.get_attribute("type") == "date":
            self._page.keyboard.type(f"{dt.date.fromisoformat(value):%m%d%Y}")
            return
        self._page.keyboard.press("Control+A")
        self._page.keyboard.insert_text(value)

    def mark(self, target: Locator) -> None:
        if target.get_attribute("type") == "radio":
            self._reach(target, stop=IN_GROUP)
            self._turn(target, WAY, 0, "ArrowDown")
        else:
            self._reach(target)
        if not target.is_checked():
            self._page.keyboard.press("Space")

    def pick(self, target: Locator, label: str) -> None:
        self._reach(target)
        wanted = target.locator("option").filter(has_text=label).first.get_attribute("value")
        self._page.keyboard.press("Home")
        self._turn(target, "(target) => target.value", wanted, "ArrowDown")

    def _reach(self, target: Locator, stop: str | None = None) -> None:
        """Go from field to field until the target has the focus, and can be seen to have it."""
        target.wait_for()
        for _ in range(MOST_KEYS):
            way = target.evaluate(WAY)
            if way == 0 or (stop and target.evaluate(stop)):
                break
            self._page.keyboard.press("Tab" if way > 0 else "Shift+Tab")
        else:
            raise AssertionError(f"the keyboard does not reach {target}")
        if way == 0 and not target.evaluate(IS_SEEN):
            self._problems.append(f"the focus is not seen on {target.evaluate('e => e.outerHTML')}")

    def _turn(self, target: Locator, read: str, wanted: object, key: str) -> None:
        for _ in range(MOST_KEYS):
            if target.evaluate(read) == wanted:
                return
            self._page.keyboard.press(key)
        raise AssertionError(f"the arrows do not reach {target}")
