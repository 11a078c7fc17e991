"""The answer to a file of people: one row each, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.i18n import local, words
from directory.models import Listing, Organisation, Service
from routing.answers import Finding
from routing.conditions import Condition
from routing.eligibility import Assessment
from routing.forms.people_file import PersonRow
from routing.operations.batch import Answer, Explained
from routing.proposals import NeedAsked, Proposals

FIRST = ("line", "person", "category", "run", "problem")
EACH = ("service", "organisation", "metres", "reasons", "listing")
LAST = ("next", "next_reasons", "question")
IDS_A_STATEMENT = 500


class AnswerRows:
    """Writes the header, then the rows of each part of the file."""

    def __init__(self, session: Session, writer: Any, k: int) -> None:
        self.session, self.writer, self.k = session, writer, k
        self.people = self.answered = self.refused = 0
        self._names: dict[UUID, tuple[str, str]] = {}
        self._sentences: dict[int, tuple[Finding, str]] = {}
        each = [f"{name}_{place}" for place in range(1, k + 1) for name in EACH]
        writer.writerow([*FIRST, *each, *LAST])

    def write(self, people: Sequence[PersonRow], answers: Iterator[Answer]) -> None:
        """One row for each person and need, in the order of the file."""
        pairs = [
            (row, need, next(answers) if need is not None else None)
            for row in people
            for need in (row.needs if not row.problems else (None,))
        ]
        self._learn_names(answer for _, _, answer in pairs if answer is not None)
        for row, need, answer in pairs:
            self.writer.writerow(self._row(row, need, answer))
        self.people += len(people)

    def _row(self, row: PersonRow, need: NeedAsked | None, answer: Answer | None) -> list[object]:
        if need is None or answer is None:
            self.refused += 1
            problem = "; ".join(f"{name}: {words(text)}" for name, text in row.problems.items())
            return [row.number, row.person, "", "", problem]
        self.answered += bool(answer.eligible)
        cells = [cell for one in answer.eligible for cell in self._cells(one)]
        cells += [""] * (len(EACH) * self.k - len(cells))
        first = [row.number, row.person, need.category, answer.run_id, ""]
        return [*first, *cells, *self._what_next(answer.others)]

    def _cells(self, one: Explained) -> list[object]:
        service, organisation = self._names.get(one.found.id, ("", ""))
        metres = "" if one.rank.metres is None else round(one.rank.metres)
        return [service, organisation, metres, self._reasons(one.assessment), one.found.id]

    def _reasons(self, found: Assessment) -> str:
        """The conditions of the listing itself: those of every listing go without saying."""
        return "; ".join(
            self._sentence(judged.finding)
            for judged in found.judged
            if not (isinstance(judged.node, Condition) and judged.node.clause.kind.standing)
        )

    def _what_next(self, others: Proposals | None) -> list[object]:
        if others is None:
            return ["", "", ""]
        best = next(iter(others), None)
        reasons = [] if best is None else [words(reason) for reason in best.assessment.reasons]
        question = words(others.questions[0].text) if others.questions else ""
        if best is None:
            return ["", "", question]
        service, organisation = self._names.get(best.listing_id, ("", ""))
        return [f"{service}, {organisation}", "; ".join(reasons), question]

    def _sentence(self, finding: Finding) -> str:
        """Findings come again for people who look alike: each is put into words once."""
        known = self._sentences.get(id(finding))
        if known is None or known[0] is not finding:
            known = self._sentences[id(finding)] = finding, words(finding.reason)
        return known[1]

    def _learn_names(self, answers: Iterable[Answer]) -> None:
        ids = {key for answer in answers for key in answer.named}
        unknown = sorted(ids - set(self._names))
        query = (
            select(Listing.id, Service.name, Organisation.name)
            .join(Service, Listing.service_id == Service.id)
            .join(Organisation, Service.organisation_id == Organisation.id)
        )
        for start in range(0, len(unknown), IDS_A_STATEMENT):
            some = query.where(Listing.id.in_(unknown[start : start + IDS_A_STATEMENT]))
            for key, service, organisation in self.session.execute(some):
                self._names[key] = local(service), organisation
