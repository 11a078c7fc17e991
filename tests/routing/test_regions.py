from __future__ import annotations

import pytest

from routing.answers import Answer
from routing.regions import lies_in, lies_in_any, region, written


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("GN", ("GN",)),
        ("GN-L", ("GN", "GN-L")),
        ("GN-LA", ("GN", "*", "GN-LA")),
        ("BF-01", ("BF", "BF-01")),
        ("BF-BAL", ("BF", "*", "BF-BAL")),
        ("SN-DK", ("SN", "SN-DK")),
        ("ML-BKO", ("ML", "ML-BKO")),
        ("GN04", ("GN", "GN04")),
        ("GN0401", ("GN", "GN04", "GN0401")),
        ("GN/GN-L/GN-LA", ("GN", "GN-L", "GN-LA")),
    ],
)
def test_code_becomes_the_path_from_the_country_down(code: str, path: tuple[str, ...]) -> None:
    assert region(code) == path
    assert region(written(path)) == path


@pytest.mark.parametrize("code", ["Labé", "gn", "GM.UR.FE"])
def test_code_whose_level_cannot_be_told_is_refused(code: str) -> None:
    with pytest.raises(ValueError):
        region(code)


@pytest.mark.parametrize(
    ("place", "area", "answer"),
    [
        ("GN/GN-L/GN-LA", "GN-L", Answer.YES),
        ("GN/GN-L/GN-LA", "GN", Answer.YES),
        ("GN/GN-L/GN-LA", "GN-C", Answer.NO),
        ("GN/GN-L/GN-LA", "GN-KD", Answer.NO),
        ("GN/GN-L/GN-LA", "GN-LA", Answer.YES),
        ("GN-L", "GN-LA", Answer.UNKNOWN),
        ("GN-LA", "GN-L", Answer.UNKNOWN),
        ("GN-LA", "GN-LA", Answer.YES),
        ("GN", "GN-L", Answer.UNKNOWN),
        ("SN-DK", "GN-L", Answer.NO),
        ("SN-DK", "GN-LA", Answer.NO),
    ],
)
def test_place_lies_in_area(place: str, area: str, answer: Answer) -> None:
    assert lies_in(region(place), region(area)) is answer


def test_one_of_several_areas_is_enough() -> None:
    areas = frozenset({region("GN-C"), region("GN-L")})
    assert lies_in_any(region("GN-L"), areas) is Answer.YES
    assert lies_in_any(region("GN"), areas) is Answer.UNKNOWN
    assert lies_in_any(region("GN"), frozenset()) is Answer.NO
