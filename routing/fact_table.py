"""The table of facts that eligibility can depend on: one entry each (protocol A.9.2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import fact_shapes, shapes, vocabulary
from routing.shapes import Shape


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that may be known about a person."""

    name: str
    """Stable code."""
    label: Text
    question: Text
    """What the caseworker asks."""
    shape: Shape
    fresh_days: int | None = None
    """Days after which the value is out of date; nothing: never. All [P]."""
    ask_by: str = "anyone"
    """Who may ask: ``anyone``, a ``trained`` caseworker, a ``clinician``, the ``office``."""

    def last_day(self, as_of: dt.date) -> dt.date | None:
        """The last day on which a value of that date counts."""
        return None if self.fresh_days is None else as_of + dt.timedelta(days=self.fresh_days)


QUARTER, HALF_YEAR, YEAR = 90, 180, 365

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "born",
            N_("Date of birth"),
            N_("How old, or born in which year?"),
            fact_shapes.past_date(),
        ),
        Fact("sex", N_("Sex"), N_("Female or male?"), shapes.choice(vocabulary.SEXES)),
        Fact(
            "education",
            N_("Schooling"),
            N_("Which year of school was completed last, and in which country?"),
            fact_shapes.grade(),
            YEAR,
        ),
        Fact(
            "literacy",
            N_("Reading and writing"),
            N_("How well does the person read and write?"),
            shapes.choice(vocabulary.LITERACY),
            YEAR,
        ),
        Fact(
            "numeracy",
            N_("Reckoning"),
            N_("How well does the person reckon in writing?"),
            shapes.choice(vocabulary.NUMERACY),
            YEAR,
        ),
        # protocol A.9.1: people move after being referred, so a location is fresh for 90 days
        Fact(
            "location",
            N_("Where the person lives"),
            N_("Where does the person live now: village or quarter?"),
            fact_shapes.place(),
            QUARTER,
        ),
        Fact(
            "residence",
            N_("Region of residence"),
            N_("In which region and prefecture does the person live?"),
            shapes.region(),
            QUARTER,
        ),
        Fact(
            "resident-since",
            N_("Resident since"),
            N_("Since when has the person lived there?"),
            fact_shapes.past_date(),
            HALF_YEAR,
        ),
        Fact(
            "population-group",
            N_("Population group"),
            N_(
                "Returning migrant, potential migrant, host community, displaced person or refugee?"
            ),
            shapes.choice(vocabulary.POPULATION_GROUPS),
        ),
        Fact(
            "nationality",
            N_("Nationality"),
            N_("Which nationality or nationalities (none if stateless)?"),
            shapes.many(shapes.text(upper=True)),
        ),
        Fact(
            "return-mode",
            N_("How the person came back"),
            N_("How did the person come back?"),
            shapes.choice(vocabulary.RETURN_MODES),
        ),
        Fact(
            "return-country",
            N_("Country returned from"),
            N_("From which country did the person come back?"),
            shapes.text(upper=True),
        ),
        Fact(
            "government-request",
            N_("Request of the government"),
            N_("Has the government asked for help for this person?"),
            shapes.yes_no(),
            ask_by="office",
        ),
        Fact(
            "returned-on",
            N_("Date of return"),
            N_("When did the person come back?"),
            fact_shapes.past_date(),
        ),
        Fact(
            "prior-assistance",
            N_("Help already received"),
            N_("Which help has the person received, and when?"),
            fact_shapes.aids(vocabulary.AID),
            HALF_YEAR,
        ),
        Fact(
            "vulnerability",
            N_("Signs of vulnerability"),
            N_("Which signs of vulnerability were found in the interview?"),
            shapes.many(shapes.choice(vocabulary.VULNERABILITIES)),
            HALF_YEAR,
            "trained",
        ),
        Fact(
            "vulnerability-score",
            N_("Vulnerability score"),
            N_("Which score did the vulnerability assessment give?"),
            shapes.number(whole=False),
            HALF_YEAR,
            "trained",
        ),
        Fact(
            "accessibility",
            N_("Needs for access"),
            N_("What does the person need in order to use a service?"),
            shapes.many(shapes.choice(vocabulary.ACCESS_NEEDS)),
            YEAR,
        ),
        Fact(
            "medical",
            N_("Medical conditions that matter"),
            N_("Which medical conditions matter for this service?"),
            shapes.many(shapes.text(vocabulary.CONDITIONS)),
            HALF_YEAR,
            "clinician",
        ),
        Fact(
            "specialty-needed",
            N_("Medical specialty needed"),
            N_("Which specialty does the person need?"),
            shapes.many(shapes.text(vocabulary.SPECIALTIES)),
            HALF_YEAR,
            "clinician",
        ),
        Fact(
            "languages",
            N_("Languages"),
            N_("Which languages does the person speak?"),
            shapes.many(shapes.text(vocabulary.LANGUAGES)),
        ),
        Fact(
            "skills",
            N_("Skills"),
            N_("What can the person do, at which level, and has an expert seen it?"),
            fact_shapes.skills(vocabulary.SECTORS),
            YEAR,
        ),
        Fact(
            "sector",
            N_("Wished sectors"),
            N_("Which trades would the person like, in order?"),
            shapes.ranked(shapes.text(vocabulary.SECTORS)),
            HALF_YEAR,
        ),
        Fact(
            "availability",
            N_("Available hours a week"),
            N_("How many hours a week is the person available?"),
            shapes.ranging(shapes.number(high=168, unit=N_("hours"))),
            QUARTER,
        ),
        Fact(
            "max-duration",
            N_("Longest acceptable duration"),
            N_("How long can the service last at most?"),
            shapes.ranging(fact_shapes.days()),
            HALF_YEAR,
        ),
        Fact(
            "documents",
            N_("Documents held"),
            N_("Which documents does the person have?"),
            shapes.many(shapes.choice(vocabulary.DOCUMENTS)),
            HALF_YEAR,
        ),
        Fact(
            "dossier",
            N_("Completed parts of the file"),
            N_("Which parts of the file are complete?"),
            shapes.many(shapes.text()),
            HALF_YEAR,
            "office",
        ),
        Fact(
            "income",
            N_("Monthly income"),
            N_("How much does the household earn a month?"),
            fact_shapes.amount(),
            HALF_YEAR,
        ),
        Fact(
            "dependants",
            N_("Dependants"),
            N_("How many people depend on the person?"),
            shapes.ranging(shapes.number(high=60)),
            HALF_YEAR,
        ),
        Fact(
            "child-ages",
            N_("Ages of the children"),
            N_("How old is each child who depends on the person?"),
            fact_shapes.ages(),
            HALF_YEAR,
        ),
        Fact(
            "can-advance",
            N_("Sum the person can advance"),
            N_("How much can the person pay in advance, at most (0 if nothing)?"),
            fact_shapes.amount(),
            QUARTER,
        ),
        Fact(
            "other-support",
            N_("Other support a month"),
            N_("How much help a month does the person get from others?"),
            fact_shapes.amount(),
            QUARTER,
        ),
        Fact(
            "group-size",
            N_("Size of the group"),
            N_("How many people would take part together?"),
            shapes.ranging(shapes.number(low=1, high=10_000)),
            HALF_YEAR,
        ),
        Fact(
            "commitment",
            N_("Commitment signed"),
            N_("Has the person signed the commitment contract?"),
            shapes.yes_no(),
            HALF_YEAR,
        ),
        Fact(
            "funding-line",
            N_("Funding line of the case"),
            N_("Which programme pays for this case?"),
            shapes.text(),
            YEAR,
            "office",
        ),
        Fact(
            "excludes-government",
            N_("No government body"),
            N_("Does the person want no government body to be told?"),
            shapes.yes_no(),
        ),
        Fact(
            "conflicts",
            N_("Organisations to avoid for safety"),
            N_("Are there organisations that would be a danger to the person?"),
            shapes.many(shapes.text()),
            ask_by="trained",
        ),
    )
}
