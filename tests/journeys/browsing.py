"""Somebody with a browser: the verbs in which the journeys are told.

Words are given in English and looked for as the person's language says them. Every verb waits for
what a person would see; none of them sleeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FloatRect,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

from seeds.demo_accounts import PASSWORD
from tests.journeys.catalogue import said
from tests.journeys.hands import Hands, Keyboard, Pointer
from tests.journeys.looking import barriers, too_wide

PATIENCE = 20_000
"""Milliseconds that somebody waits for a page before giving up."""
PHONE = 600
"""Narrower windows belong to phones."""
SCREENS = 3
"""How much of a long page a picture shows."""
FIRST_LANGUAGE = "fr"
"""Barriers are the same in every language: they are looked for in one."""
LOCALES = {"fr": "fr-FR", "en": "en-GB"}

expect.set_options(timeout=PATIENCE)


@dataclass
class Person:
    """A person in front of a page, who notices what is wrong with it."""

    context: BrowserContext
    page: Page
    address: str
    language: str
    folder: Path
    javascript: bool = True
    problems: list[str] = field(default_factory=list)
    hands: Hands = field(default_factory=Pointer)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    """Of the pictures; shared by the people of one story."""

    @classmethod
    def with_browser(
        cls,
        browser: Browser,
        address: str,
        language: str,
        width: int,
        folder: Path,
        *,
        javascript: bool = True,
    ) -> Person:
        """A fresh browser, as wide as a phone or a desk allows."""
        phone = width < PHONE
        context = browser.new_context(
            base_url=address,
            locale=LOCALES[language],
            timezone_id="Africa/Conakry",
            viewport={"width": width, "height": 740 if phone else 900},
            is_mobile=phone,
            has_touch=phone,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        person = cls(context, context.new_page(), address, language, folder, javascript)
        context.on("request", person._notice_request)
        context.on("response", person._notice_response)
        context.on("console", person._notice_console)
        context.on("weberror", lambda error: person.problems.append(f"script: {error.error}"))
        return person

    def puts_the_mouse_away(self) -> Person:
        """Go on with the keyboard alone."""
        self.hands = Keyboard(self.page, self.problems)
        return self

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()

    # Noticing

    def _notice_request(self, request: Request) -> None:
        url = urlsplit(request.url)
        asks = url.scheme in ("http", "https", "ws", "wss")
        if asks and not request.url.startswith(f"{self.address}/"):
            self.problems.append(f"a request left for elsewhere: {request.url}")

    def _notice_response(self, response: Response) -> None:
        is_answer = response.request.resource_type in ("document", "xhr", "fetch")
        if response.status >= (500 if is_answer else 400):
            self.problems.append(f"{response.status} for {response.request.method} {response.url}")

    def _notice_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    # Words

    def says(self, english: str, **values: object) -> str:
        """The sentence as this person reads it."""
        sentence = said(self.language, english)
        if "%(" in sentence:
            return sentence % values
        return sentence.format(**values) if values else sentence

    # Looking

    def picture(self, name: str, *, of: Locator | None = None) -> None:
        """Keep the page, or what is in sight around ``of``; notice barriers and what does not fit."""
        self.waits_for_the_map()
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{next(self.numbers):02}-{name}.png"
        if of is None:
            self.page.evaluate("window.scrollTo(0, 0)")
            self.page.screenshot(path=path, full_page=True, clip=self._most(), caret="initial")
        else:
            of.scroll_into_view_if_needed()
            self.page.screenshot(path=path, caret="initial")
        self.problems += [f"{name}: wider than the screen: {one}" for one in too_wide(self.page)]
        if self.javascript and self.language == FIRST_LANGUAGE:
            self.problems += [f"{name}: {one}" for one in barriers(self.page)]

    def last_sight(self) -> None:
        """Keep what was on the screen when the story broke off."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{next(self.numbers):02}-broken-off.png"
        self.page.screenshot(path=path, full_page=True, clip=self._most(), caret="initial")

    def waits_for_the_map(self) -> None:
        """A map that is in sight has been drawn."""
        if self.javascript and self.page.locator("[data-map]").count():
            expect(self.page.locator("html.has-map")).to_be_attached()
            expect(self.page.locator("[data-map][aria-busy=true]")).to_have_count(0)

    def _most(self) -> FloatRect:
        """The whole page, up to a few screens: longer lists look alike further down."""
        size = self.page.viewport_size or {"width": 0, "height": 0}
        height = self.page.evaluate("document.documentElement.scrollHeight")
        return {
            "x": 0,
            "y": 0,
            "width": size["width"],
            "height": min(height, SCREENS * size["height"]),
        }

    def sees(self, english: str, **values: object) -> Locator:
        """A text on the page, waited for."""
        found = self.page.get_by_text(self.says(english, **values)).filter(visible=True).first
        expect(found).to_be_visible()
        return found

    def sees_heading(self, english: str, **values: object) -> Locator:
        """A heading with this text, waited for."""
        found = self.page.get_by_role("heading", name=self.says(english, **values)).first
        expect(found).to_be_visible()
        return found

    def does_not_see(self, english: str, **values: object) -> None:
        """A text that is not on the page."""
        found = self.page.get_by_text(self.says(english, **values)).filter(visible=True)
        expect(found).to_have_count(0)

    # Doing

    def goes_to(self, path: str) -> Response:
        """Open an address of the site."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer

    def control(self, english: str, **values: object) -> Locator:
        """The button or link with this name, the button before the link."""
        # a no-break space is as good as any other
        words = r"\s+".join(map(re.escape, self.says(english, **values).split()))
        name = re.compile(rf"^\s*{words}")
        buttons = self.page.get_by_role("button", name=name)
        return buttons.or_(self.page.get_by_role("link", name=name)).filter(visible=True).first

    def presses(self, english: str, **values: object) -> None:
        """Press a button or follow a link; one that waits behind “More” is unfolded first."""
        name = self.says(english, **values)
        waiting = self.page.locator(".shell-more:not([open])").filter(has_text=name)
        if waiting.count() and not self.control(english, **values).count():
            self.hands.press(waiting.locator("summary"))
        self.hands.press(self.control(english, **values))

    def field(self, english: str) -> Locator:
        """The field with this label."""
        fields = self.page.locator("input, textarea, select").filter(visible=True)
        return self.page.get_by_label(self.says(english)).and_(fields).first

    def fills(self, english: str, value: str) -> None:
        """Type into the field with this label."""
        self.hands.write(self.field(english), value)

    def picks(self, english: str, option: str | re.Pattern[str]) -> None:
        """Choose in the list with this label; ``option`` in the person's own words."""
        field = self.field(english)
        label = field.locator("option").filter(has_text=option).first.inner_text()
        self.hands.pick(field, label.strip())

    def chooses(self, legend: str, option: str) -> None:
        """Choose one of a group of buttons."""
        group = self.page.get_by_role("group", name=self.says(legend)).filter(visible=True).first
        name = re.compile(rf"^\s*{re.escape(self.says(option))}")
        self.hands.mark(group.get_by_role("radio", name=name).first)

    def ticks(self, english: str) -> None:
        """Tick the box with this label."""
        box = self.page.get_by_role("checkbox", name=self.says(english))
        self.hands.mark(box.filter(visible=True).first)

    def opens_more(self, english: str) -> None:
        """Unfold a part of the page."""
        summaries = self.page.locator("summary").filter(has_text=self.says(english))
        self.hands.press(summaries.filter(visible=True).first)

    # The public part

    def search_for(self, words: str, near: str = "", within: str = "") -> None:
        """Search as at a desk: words, a place, a distance."""
        self.fills("What are you looking for?", words)
        if near:
            self.fills("Near", near)
        if within:
            self.picks("Within", within)
        self.presses("Search")

    @property
    def results(self) -> Locator:
        """Rows of the list."""
        return self.page.locator("#results [data-id]")

    def open_first(self, words: str = "") -> None:
        """Open the first result, or the first that has these words."""
        self.hands.press(self.results.filter(has_text=words).first.get_by_role("link").first)

    def chooses_language(self, language: str) -> None:
        """Read on in another language."""
        self.hands.press(self.page.locator(f"header a[hreflang={language}]"))
        expect(self.page.locator(f"html[lang={language}]")).to_have_count(1)
        self.language = language

    # Accounts

    def sign_in_as(self, word: str) -> None:
        """Sign in with a demonstration account, and read on in the same language as before.

        An account has a language of its own: whoever reads another one says so.
        """
        self.presses("Sign in")
        self.hands.write(self.page.locator("input[name=email]"), f"{word}@demo.example")
        self.hands.write(self.page.locator("input[type=password]"), PASSWORD)
        self.hands.press(self.page.locator("main").get_by_role("button").first)
        expect(self.page.locator("header form[action$=sign-out]")).to_be_visible()
        if self.page.locator(f"html[lang={self.language}]").count() == 0:
            self.chooses_language(self.language)

    def sign_out(self) -> None:
        """Leave the account."""
        self.presses("Sign out")
        expect(self.control("Sign in")).to_be_visible()
