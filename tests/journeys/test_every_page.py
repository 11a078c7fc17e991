"""Every page that a role can reach, at a desk and on a phone: no barrier, no English in French."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from seeds.demo_accounts import DEMO_ACCOUNTS
from tests.journeys.browsing import Person
from tests.journeys.conftest import Meet
from tests.journeys.foreign_words import english_in
from tests.journeys.looking import barriers, too_wide, visible_words

pytestmark = pytest.mark.journey

WIDTHS = {1280: 900, 360: 740}
MOST = 2
"""Pages of one kind that are looked at: they differ by what they show."""
IN_EVERY_STATE = {"/referrals/*?": 12, "/inbox/*?": 8}
"""Pages that look different in each state of a referral."""
SAME_FORM = "/people/*/facts/"
"""One form a fact, the same for every role."""
SEEN_BY: dict[str, set[str]] = {}
"""The roles that have looked at a kind of page; what a visitor has seen is the same for everybody."""
VISITOR = "visitor"
KIND = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
ELSEWHERE = re.compile(
    r"^/(static|api|language|maps/atlas/frame|listings/export)|\.(ics|atom|svg|geojson|csv)$"
    r"|/forms/(referral|consent|transfer)$|/(slip|information)/pdf"  # printed, not read on a screen
)
ACCOUNTS = {account.role: account.word for account in reversed(DEMO_ACCOUNTS)}
"""One account of each role."""
LINKS = "[...document.querySelectorAll('a[href]')].map((link) => link.href)"
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Whoever turns a telephone sees the page a moment later: its scripts must have heard of the new width."""
UNFOLD = "document.querySelectorAll('main details').forEach((part) => { part.open = true; })"


@pytest.mark.parametrize("role", [VISITOR, *ACCOUNTS])
def test_pages_of(meet: Meet, role: str) -> None:
    visitor = meet("fr", 1280)
    visitor.goes_to("/")
    if role in ACCOUNTS:
        visitor.sign_in_as(ACCOUNTS[role])
    looked_at = look_around(visitor, role)
    print(*sorted(looked_at), sep="\n")
    assert len(looked_at) > 3


def look_around(visitor: Person, role: str) -> Counter[str]:
    """Follow every link of the site, a few of each kind; what was looked at."""
    kinds: Counter[str] = Counter()
    waiting, known = ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kinds[kind] >= times(kind, role):
            continue
        kinds[kind] += 1
        SEEN_BY.setdefault(kind, set()).add(role)
        answer = visitor.goes_to(path)
        assert answer.status == 200, f"{answer.status} {path}"
        look_closely(visitor, kind)
        for target in links(visitor) - known:
            known.add(target)
            waiting.append(target)
    return kinds


def times(kind: str, role: str) -> int:
    """How many pages of a kind a role looks at."""
    others = SEEN_BY.get(kind, set()) - {role}
    if kind == "/?":
        return 1
    if VISITOR in others or (others and kind.startswith(SAME_FORM)):
        return 0
    return IN_EVERY_STATE.get(kind, 1 if others else MOST)


def links(visitor: Person) -> set[str]:
    """Addresses of the site that a page leads to."""
    found = set()
    for address in visitor.page.evaluate(LINKS):
        link = urlsplit(address)
        if address.startswith(visitor.address) and not ELSEWHERE.search(link.path):
            found.add(f"{link.path}?{link.query}" if link.query else link.path)
    return found


def kind_of(path: str) -> str:
    """The address without what names a row and without values."""
    link = urlsplit(path)
    names = sorted(part.partition("=")[0] for part in link.query.split("&") if part)
    return f"{KIND.sub('*', link.path)}?{'&'.join(names)}"


def look_closely(visitor: Person, kind: str) -> None:
    visitor.waits_for_the_map()
    visitor.page.evaluate(UNFOLD)
    for width, height in WIDTHS.items():
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.page.evaluate(SETTLED)
        visitor.problems += [f"{kind} at {width}: {one}" for one in too_wide(visitor.page)]
        visitor.problems += [f"{kind} at {width}: {one}" for one in barriers(visitor.page)]
    words = english_in(visible_words(visitor.page))
    visitor.problems += [f"{kind} says in English: {one}" for one in words]
