from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.models import Listing
from directory.queries import postings
from directory.queries.search import Found
from directory.queries.snapshot import current
from directory.search_words import asked_words, words_of
from directory.spelling import nearest_word, similarity
from directory.visibility import Visibility
from tests import factories
from tests.directory.searching import find, ids, publish


def listing(fr: str, en: str = "", **more: object) -> Listing:
    service = factories.Service(
        name={"fr": fr, "en": en} if en else {"fr": fr}, category=more.pop("category", "training")
    )
    return factories.Listing(service=service, **more)


@pytest.fixture
def directory(session: Session) -> dict[str, Listing]:
    """One listing a need, and one that no test asks for."""
    found = {
        "carpentry": listing("Formation en menuiserie", "Carpentry training"),
        "health": listing("Centre de santé mentale", "Mental health centre", category="medical"),
        "sewing": listing("Atelier de couture", "Sewing workshop", sectors=["tailoring"]),
        "place": factories.Listing(
            service=factories.Service(category="employment", name={"fr": "Bureau des jeunes"}),
            site=factories.Site(name="N’Zérékoré", place_name="N’Zérékoré"),
        ),
        "other": listing("Élevage de volaille", "Poultry keeping", category="business"),
    }
    publish(session, *found.values())
    return found


def test_stems_known_beforehand_find_the_same(
    session: Session, directory: dict[str, Listing], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = (
        "menuiserie",
        "formation",
        "centre",
        "sante training",
        "sewing",
        "zerekore",
        "menui",
        "volailles",
    )

    def found() -> list[tuple[object, ...]]:
        base = current(session).base
        base.forget((postings.__name__, "postings"))
        answers = [find(session, words=words) for words in asked]
        known = base.derived((postings.__name__, "postings"), lambda _: None)
        common.append(len(known.common) if known else 0)
        return [(words, one.ids(), *(own.tolist() for own in one.words.scores))
                for words, one in zip(asked, answers, strict=True)]  # fmt: skip

    common: list[int] = []
    expected = found()
    assert [words for words, keys, *_ in expected if not keys] == []
    monkeypatch.setattr(postings, "LARGE", 1)
    for sample in (2, 5):
        monkeypatch.setattr(postings, "SAMPLE", sample)
        assert found() == expected
    assert common[0] == 0 < common[1] < common[2]


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("menuiserie", "carpentry"),
        ("MENUISERIE", "carpentry"),
        ("menuisier", "carpentry"),
        ("menuiseries", "carpentry"),
        ("menuizerie", "carpentry"),
        ("menuisrie", "carpentry"),
        ("menusierie", "carpentry"),
        ("menuis", "carpentry"),
        ("carpentry", "carpentry"),
        ("carpenter", "carpentry"),
        ("carpentery", "carpentry"),
        ("carpintry", "carpentry"),
        ("formation de menuiserie", "carpentry"),
        ("je cherche une formation en menuiserie", "carpentry"),
        ("I am looking for a carpentry training", "carpentry"),
        ("santé mentale", "health"),
        ("sante mentale", "health"),
        ("SANTÉ MENTALE", "health"),
        ("mental health", "health"),
        ("mentall heatlh", "health"),
        ("centre de santee mentale", "health"),
        ("psychiatre mentale", None),
        ("couture", "sewing"),
        ("couturière", "sewing"),
        ("tailleur", "sewing"),
        ("tailoring", "sewing"),
        ("tayloring", "sewing"),
        ("sewing", "sewing"),
        ("nzerekore", "place"),
        ("N'Zérékoré", "place"),
        ("n’zerekore", "place"),
        ("Nzérékoré", "place"),
        ("zerekore", "place"),
        ("nzerecore", "place"),
        ("bureau nzerekore", "place"),
    ],
)
def test_a_word_finds_what_it_means_first(
    session: Session, directory: dict[str, Listing], typed: str, means: str | None
) -> None:
    found = ids(session, words=typed)
    if means is None:
        assert found == [directory["health"].id], "one of two words is better than nothing"
    else:
        assert found[0] == directory[means].id
        assert directory["other"].id not in found


@pytest.mark.parametrize("typed", ["xylophone", "qwrtz", "1=1", "9999999999"])
def test_a_word_that_nothing_has_finds_nothing(
    session: Session, directory: dict[str, Listing], typed: str
) -> None:
    found = find(session, words=typed)
    assert (found.ids(), found.words.missing != ()) == ([], True)


@pytest.mark.parametrize("typed", ["", "   ", "!!!", '"', "*", "\x00", "()", "''"])
def test_without_a_word_nothing_is_filtered(
    session: Session, directory: dict[str, Listing], typed: str
) -> None:
    assert len(find(session, words=typed)) == len(directory)


@pytest.mark.parametrize("typed", ["' OR 1=1 --", "NEAR(a b)", "{strong}: x", "a:* & b", "le la"])
def test_signs_of_query_languages_are_only_signs(
    session: Session, directory: dict[str, Listing], typed: str
) -> None:
    assert len(find(session, words=typed)) <= len(directory)


def test_what_was_misspelt_is_told(session: Session, directory: dict[str, Listing]) -> None:
    found: Found = find(session, words="menuizerie labé")
    assert found.words.corrected == (("menuizerie", "menuiserie"),)
    assert found.words.missing == ()


def test_all_words_are_needed_while_some_listing_has_them_all(session: Session) -> None:
    here = listing("Menuiserie", site=factories.Site(name="Labé"))
    there = listing("Menuiserie", site=factories.Site(name="Mamou"))
    publish(session, here, there)
    assert ids(session, words="menuiserie mamou") == [there.id]
    assert sorted(ids(session, words="menuiserie")) == sorted([here.id, there.id])


def test_words_that_no_listing_has_together_are_left_out_and_told(session: Session) -> None:
    one, two = listing("Menuiserie"), listing("Soudure")
    publish(session, one, two)
    found = find(session, words="menuiserie xylophone")
    assert found.ids() == [one.id]
    assert found.words.missing == ("xylophone",)


def test_what_it_is_comes_before_where_and_by_whom(session: Session) -> None:
    by_name = listing("Couture", category="business")
    by_organisation = factories.Listing(
        service=factories.Service(
            name={"fr": "Atelier"},
            category="business",
            organisation=factories.Organisation(name="Maison de la couture"),
        )
    )
    by_description = factories.Listing(
        service=factories.Service(
            name={"fr": "Atelier"}, category="business", description={"fr": "Avec couture."}
        )
    )
    publish(session, by_description, by_organisation, by_name)
    assert ids(session, words="couture") == [by_name.id, by_organisation.id, by_description.id]


def test_acronyms_and_other_names_of_the_organisation_find_it(session: Session) -> None:
    organisation = factories.Organisation(
        name="Agence guinéenne pour la promotion de l’emploi", alternate_names=["AGUIPE"]
    )
    row = factories.Listing(service=factories.Service(organisation=organisation))
    publish(session, row)
    assert ids(session, words="aguipe") == [row.id]


def test_the_words_follow_the_listing(session: Session) -> None:
    row = listing("Menuiserie")
    publish(session, row)
    row.service.name = {"fr": "Plomberie"}
    publish(session, row)
    assert ids(session, words="plomberie") == [row.id]
    assert ids(session, words="menuiserie") == []


def test_misspelt_words_are_never_corrected_to_words_of_hidden_listings(session: Session) -> None:
    shelter = listing("Maison Kandioura", visibility=Visibility.PROTECTION_ONLY)
    publish(session, shelter, listing("Menuiserie"))
    for typed in ("kandioura", "kandiora", "kandio"):
        for_staff = find(session, Audience.PROTECTION, words=typed)
        assert for_staff.ids() == [shelter.id]
        for_all = find(session, words=typed)
        assert for_all.ids() == []
        assert for_all.words.corrected == ()
        assert for_all.words.known == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Formation à N’Zérékoré", ("formation", "a", "nzerekore", "zerekore")),
        ("Œuvre d'art", ("oeuvre", "dart", "art")),
        ("Fulɓe Ɗaɗi", ("fulbe", "dadi")),
        ("Croix-Rouge", ("croix", "rouge")),
        ("مركز", ("مركز",)),
        ("", ()),
    ],
)
def test_texts_are_cut_and_folded(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_a_query_is_read_so_far_and_no_further() -> None:
    assert len(asked_words(" ".join(f"mot{n}" for n in range(500)))) == 12
    assert asked_words("é" * 5_000) == ("e" * 40,)


def test_similarity_is_that_of_pg_trgm(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        pytest.skip("pg_trgm is part of PostgreSQL")
    for one, other in [("menuiserie", "menuizerie"), ("labe", "lube"), ("a", "ab")]:
        theirs = session.scalar(select(func.similarity(one, other)))
        assert theirs == pytest.approx(similarity(one, other), abs=1e-6)


def test_short_words_are_not_bent() -> None:
    assert nearest_word("vol", ["sol", "vole"]) is None
    assert nearest_word("labé", ["labe"]) == "labe"
    assert nearest_word("conakri", ["conakry", "conakriiii"]) == "conakry"
