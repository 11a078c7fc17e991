from __future__ import annotations

import pytest
from shapely.geometry import LineString, Point, box

from maps import water

NORTH, SOUTH = box(0, 1.05, 1, 2), box(0, 0, 1, 1)


def test_water_between_two_banks_is_the_gap() -> None:
    gap = water.water_between(NORTH, SOUTH)

    assert gap.area == pytest.approx(0.05, rel=0.05)
    assert gap.contains(Point(0.5, 1.02))


def test_banks_far_apart_have_no_water_between_them() -> None:
    assert water.water_between(box(0, 1.5, 1, 2), SOUTH).is_empty


def test_shared_border_is_the_line_where_areas_meet() -> None:
    border = water.shared_border(box(0, 0, 1, 1), box(1, 0, 2, 1))

    assert border.equals(LineString([(1, 0), (1, 1)]))


def test_areas_that_do_not_meet_share_no_border() -> None:
    assert water.shared_border(box(0, 0, 1, 1), box(5, 5, 6, 6)).is_empty


@pytest.mark.parametrize("reverse", [False, True])
def test_line_is_followed_from_the_water_up_to_its_bend(reverse: bool) -> None:
    pairs = [(0, 0), (0, 1), (0.1, 2), (3, 2)]
    line = LineString(pairs[::-1] if reverse else pairs)

    assert list(water.up_to_sharpest_bend(line, Point(0, 0)).coords) == [(0, 0), (0, 1), (0.1, 2)]


def test_straight_line_has_no_bend() -> None:
    assert water.up_to_sharpest_bend(LineString([(0, 0), (0, 1)]), Point(0, 0)).is_empty


def test_course_needs_two_places() -> None:
    assert water.course_through([(0, 0)]).is_empty
    assert list(water.course_through([(0, 0), (1, 1)]).coords) == [(0, 0), (1, 1)]
