"""The synthetic directory as the engine keeps it, made without a database: for a million listings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np

from directory.geodesy import ecef
from directory.listing_life import State
from directory.queries.columns import PRECISIONS, STATES, Columns, Mask, Vocabulary, halves
from directory.queries.regions import RegionTree
from directory.queries.snapshot import DirectorySnapshot
from directory.visibility import Precision
from routing.conditions import tree
from routing.offer import Offer, Window
from routing.queries.offer_rows import Places
from routing.queries.offers import Catalogue
from routing.queries.snapshot import Segment, fixed_rank_of
from routing.recipes import Recipes, Shared
from routing.shelf import Stock, shelves
from tests.benchmarks.synthetic import CATEGORIES, TODAY, Design, World

NUMBERS = (
    "document",
    "kind",
    "cost",
    "region",
    "languages",
    "accessibility",
    "supports",
    "sectors",
    "specialties",
    "verified_on",
    "ends_on",
)
SMALL = ("visibility", "is_urban", "self_referral")


@dataclass(frozen=True)
class Kept:
    """What a process keeps of a directory."""

    world: World
    picture: DirectorySnapshot
    parts: tuple[tuple[Segment, Mask], ...]


def kept(world: World) -> Kept:
    """The arrays of a directory, ready for today."""
    found, segment = picture(world)
    return Kept(world, found, ((segment, found.holds),))


def picture(world: World) -> tuple[DirectorySnapshot, Segment]:
    """The snapshot with its segment of today."""
    codes = Vocabulary()
    for category in CATEGORIES:
        codes.category.number(category)
    columns = _columns(world, codes)
    empty = np.zeros(0, dtype=np.intp)
    overlay = Columns(
        **{
            f.name: _part(getattr(columns, f.name), empty)
            for f in fields(Columns)
            if f.init and f.name[0] != "_"
        }
    )
    holds = np.ones(len(columns), dtype=bool)
    return DirectorySnapshot(1, columns, holds, overlay, codes, RegionTree(iter(()))), _segment(
        world, columns
    )


def _part(value: object, rows: np.ndarray) -> object:
    return value[rows] if isinstance(value, np.ndarray) else value


def _columns(world: World, codes: Vocabulary) -> Columns:
    count = len(world)
    high, low = halves(world.ids)
    nothing = np.zeros(count, dtype=np.int32)
    codes.country.number("GN")
    return Columns(
        since=-1,
        number=1,
        id_high=high,
        id_low=low,
        category=world.category.astype(np.int32),
        country=nothing,
        organisation=(np.arange(count) % 200).astype(np.int32),
        state=np.full(count, STATES.index(State.VERIFIED), dtype=np.int8),
        precision=np.full(count, PRECISIONS.index(Precision.SITE), dtype=np.int8),
        has_no_end=np.ones(count, dtype=bool),
        is_permanent=np.zeros(count, dtype=bool),
        lon=world.lon,
        lat=world.lat,
        ecef=ecef(world.lon, world.lat),
        **dict.fromkeys(NUMBERS, nothing),
        **{name: np.zeros(count, dtype=np.int8) for name in SMALL},
    )


def _segment(world: World, columns: Columns) -> Segment:
    catalogue, recipes = Catalogue(), Recipes()
    for design in world.designs:
        catalogue.conditions.append(
            tree([{"kind": kind, "asks": asks} for kind, asks in design.conditions()])
        )
        catalogue.templates.append(_template(design))
    rows = np.empty((len(world), 4), dtype=np.int32)
    for row, (design, places, taken) in enumerate(
        zip(world.design.tolist(), world.places.tolist(), world.taken.tolist(), strict=True)
    ):
        counted = Places(None if places < 0 else places, 0, taken)
        number = catalogue.number(catalogue.places, counted, lambda of=counted: of)
        recipe, fixed = recipes.place(
            catalogue.conditions[design],
            Shared(design, design, number),
            str,
            partial(_offer, catalogue, design, number),
        )
        rows[row] = design, number, recipe, fixed
    count = len(world)
    stock = Stock(
        recipes=recipes,
        category=columns.category,
        country=columns.country,
        audience=np.zeros(count, dtype=np.uint8),
        organisation=columns.organisation,
        recipe=rows[:, 2].copy(),
        fixed=rows[:, 3].copy(),
        fixed_rank=fixed_rank_of(recipes, rows[:, 3], TODAY),
        lon=columns.lon,
        lat=columns.lat,
        radius=np.zeros(count),
    )
    return Segment(
        columns=columns,
        stock=stock,
        shelves=shelves(stock),
        catalogue=catalogue,
        template=rows[:, 0].copy(),
        places=rows[:, 1].copy(),
        asked=np.zeros(count, dtype=np.int32),
        answered=np.zeros(count, dtype=np.int32),
        organisations={number: f"organisation-{number}" for number in range(200)},
        paths=[()],
    )


def _template(design: Design) -> Offer:
    if design.opens_in is None:
        return Offer(has_no_end=True)
    opens = TODAY + dt.timedelta(days=design.opens_in)
    return Offer(has_no_end=True, windows=(Window(opens),), starts_on=opens)


def _offer(catalogue: Catalogue, design: int, places: int) -> Offer:
    return replace(catalogue.templates[design], **catalogue.places[places]._asdict())
