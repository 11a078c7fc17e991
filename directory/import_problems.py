"""What can be wrong with a row of a list, and what then happens to it: one entry each."""

from __future__ import annotations

from dataclasses import dataclass

from directory.core.text import N_, Text


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem."""

    name: str
    label: Text
    leaves_out: bool
    """The row is not taken at all; otherwise it is, without the part that is wrong."""


PROBLEMS: dict[str, ProblemKind] = {
    kind.name: kind
    for kind in (
        ProblemKind("not-csv", N_("The row cannot be read as a table."), True),
        ProblemKind("cell-count", N_("The row has more or fewer cells than the header."), True),
        ProblemKind("wrong-encoding", N_("Letters cannot be read: another encoding?"), True),
        ProblemKind("control-characters", N_("There are characters that no text has."), True),
        ProblemKind(
            "merged-cells",
            N_("The row has merged cells: what they say is known for one row only."),
            True,
        ),
        ProblemKind(
            "formula-open",
            N_("The row has a formula without its result: save the file in a spreadsheet first."),
            True,
        ),
        ProblemKind("formula", N_("A cell begins like a formula of a spreadsheet."), True),
        ProblemKind("too-long", N_("A cell is too long."), True),
        ProblemKind("no-id", N_("The row has no identifier."), True),
        ProblemKind("id-twice", N_("An earlier row has the same identifier."), True),
        ProblemKind("no-name", N_("The name is missing."), True),
        ProblemKind("unknown-country", N_("The country is missing or unknown."), True),
        ProblemKind("unknown-owner", N_("The mapping does not say who this owner is."), True),
        ProblemKind("duplicate", N_("An earlier row has the same name at the same place."), True),
        ProblemKind("nowhere", N_("Neither a position nor a known region is left."), True),
        ProblemKind("no-coordinates", N_("There is no position: only the region is known."), False),
        ProblemKind("bad-number", N_("The position is not a number."), False),
        ProblemKind(
            "decimal-comma",
            N_("The position was written with decimal commas; it was read so."),
            False,
        ),
        ProblemKind(
            "degrees-minutes",
            N_("The position was written in degrees and minutes; it was read so."),
            False,
        ),
        ProblemKind(
            "letters-swapped",
            N_("Longitude and latitude had changed places: their letters tell which is which."),
            False,
        ),
        ProblemKind("out-of-range", N_("There is no such position on Earth."), False),
        ProblemKind("swapped", N_("Longitude and latitude seem to be swapped."), False),
        ProblemKind("outside-country", N_("The position is outside the country."), False),
        ProblemKind("other-region", N_("The position is in another region than claimed."), False),
        ProblemKind("unknown-region", N_("The claimed region is not one of the country."), False),
        ProblemKind("same-name", N_("An earlier row of this region has the same name."), False),
        ProblemKind("damaged-letters", N_("Accents seem to be damaged."), False),
        ProblemKind("bad-hours", N_("The opening hours cannot be read."), False),
        ProblemKind("kept", N_("Edited or verified here since: the list changed nothing."), False),
    )
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one row."""

    row: int
    """As a spreadsheet counts: the header is 1."""
    kind: str
    column: str = ""
    found: str = ""
    """What stands there, or what was expected."""

    @property
    def leaves_out(self) -> bool:
        """The row is not taken."""
        return PROBLEMS[self.kind].leaves_out
