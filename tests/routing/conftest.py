"""Stories at the screens: somebody signed in, with the people of a story around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from directory.who import Who
from tests.routing.browser import Browser, SignIn
from tests.routing.stories import Story


@pytest.fixture
def story(session: Session) -> Story:
    """A story that happens now: the pages read the real clock."""
    return Story(session, dt.datetime.now(dt.UTC))


@pytest.fixture
def seat(story: Story, app: Flask, sign_in: SignIn) -> Callable[[Who], Browser]:
    """Somebody of the story at a screen."""
    return lambda who: Browser(sign_in(app.test_client(), story.accounts[who.value]))
