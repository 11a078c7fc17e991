"""What a page shows and how: its words, its width, and what axe-core finds in it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.databases import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")

VISIBLE_WORDS = """() => {
  const spoken = (element) => {
    const marked = element.closest("[lang]");
    return marked && marked !== document.documentElement;
  };
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (["SCRIPT", "STYLE", "NOSCRIPT", "TEXTAREA"].includes(parent.tagName)) continue;
    if (spoken(parent) || !(shown(parent) || parent.closest("option"))) continue;
    found.push(walker.currentNode.data);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (!spoken(element) && shown(element)) found.push(element.getAttribute(name));
    }
  }
  found.push(document.title);
  return found.map((words) => words.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""

WIDTHS = """() => {
  const room = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    const scrolled = element.closest(".table-scroll, .leaflet-container, pre");
    return box.width > 0 && box.right > room + 1 && !scrolled && element.checkVisibility();
  });
  const scrolls = document.documentElement.scrollWidth > room;
  return scrolls ? wide.map((element) => element.outerHTML.slice(0, 160)) : [];
}"""


def visible_words(page: Page) -> list[str]:
    """Every text that a person sees or hears, except what is marked as another language."""
    words: list[str] = page.evaluate(VISIBLE_WORDS)
    return words


def too_wide(page: Page) -> list[str]:
    """Elements that make the page scroll sideways."""
    elements: list[str] = page.evaluate(WIDTHS)
    return elements


def barriers(page: Page) -> list[str]:
    """Serious and critical findings of axe-core, one line each."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text("utf-8"))
    result: dict[str, Any] = page.evaluate(
        "async () => (await axe.run(document, { resultTypes: ['violations'], iframes: false }))"
    )
    return [
        f"{found['id']}: {found['help']}: {node['html'][:200]}"
        for found in result["violations"]
        if found["impact"] in SERIOUS
        for node in found["nodes"]
    ]
