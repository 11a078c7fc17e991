from __future__ import annotations

import re
from pathlib import Path

import pytest

from directory import stylesheet
from directory.core.config import ROOT
from directory.stylesheet import CLASS, PACKAGE, is_left_out, lean

installed = pytest.mark.skipif(not PACKAGE.is_dir(), reason="Bootstrap comes with `make setup`")


def test_what_is_left_out_goes_and_the_rest_stays() -> None:
    text = (
        '@charset "UTF-8";.modal,.btn{color:red}.modal-body{x:y}.row:not(.modal,.fade){a:b}'
        "@media (min-width:1400px){.col-xxl-1{a:b}}@media print{.btn{c:d}.d-xl-none{e:f}}"
        "[data-bs-theme=dark] .btn{a:b}@keyframes spin{to{a:b}}@media (min-width:1200px){"
        ".container-xl{g:h}}"
    )

    assert lean(text) == (
        '@charset "UTF-8";.btn{color:red}.row:not(.modal,.fade){a:b}@media print{.btn{c:d}}'
        "@media (min-width:1200px){.container-xl{g:h}}"
    )


@installed
def test_no_page_uses_a_class_that_is_left_out() -> None:
    known = set(CLASS.findall((PACKAGE / "bootstrap.min.css").read_text("utf-8")))
    templates = [file for part in ("directory", "routing", "maps")
                 for file in (ROOT / part).rglob("templates/**/*.html")]  # fmt: skip
    used = {
        (file.name, name)
        for file in templates
        for names in re.findall(r'class="([^"]*)"', file.read_text("utf-8"))
        for name in names.split()
    }

    assert templates
    assert sorted(pair for pair in used if pair[1] in known and is_left_out(pair[1])) == []


@installed
def test_both_directions_are_written_and_half_as_large(tmp_path: Path) -> None:
    assert stylesheet.main(vendor=tmp_path) == 0

    for source, target in stylesheet.FILES.items():
        whole, written = (PACKAGE / source).stat().st_size, (tmp_path / target).stat().st_size
        assert 0 < written < whole / 2
