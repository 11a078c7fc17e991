"""Receipts and forms from the console of the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from routing.queries.tracking import tracking_code_of
from routing.tracking_codes import spaced
from tests.printing import read_print
from tests.routing.stories import Story


@pytest.mark.parametrize(("width", "millimetres"), [("58", 58), ("80", 80), ("a6", 105)])
def test_slip_is_written_for_the_printer_that_is_there(
    story: Story, session: Session, app: Flask, tmp_path: Path, width: str, millimetres: float
) -> None:
    referral = story.sent()
    session.commit()
    file = tmp_path / "slip.pdf"
    done = app.test_cli_runner().invoke(
        args=["routing", "slip", referral.code.lower(), "--width", width, "-o", str(file)]
    )
    assert done.exit_code == 0, done.output
    held = tracking_code_of(session, referral.member)
    assert held is not None
    found = read_print(file.read_bytes())
    assert (found.width_mm, found.pages) == (millimetres, 1)
    assert spaced(held.code) in found.text


def test_slip_can_be_renewed(story: Story, session: Session, app: Flask, tmp_path: Path) -> None:
    referral = story.sent()
    held = tracking_code_of(session, referral.member)
    assert held is not None
    old = held.code
    session.commit()
    file = tmp_path / "slip.pdf"
    app.test_cli_runner().invoke(
        args=["routing", "slip", referral.code, "--renew", "-o", str(file)]
    )
    assert spaced(old) not in read_print(file.read_bytes()).text


def test_slip_of_no_referral_is_refused_in_one_line(
    story: Story, app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "slip.pdf"
    done = app.test_cli_runner().invoke(args=["routing", "slip", "AAA-AAA", "-o", str(file)])
    assert done.exit_code == 1
    assert "There is no referral of this code." in done.output
    assert not file.exists()
