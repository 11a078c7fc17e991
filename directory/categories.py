"""Service categories: one entry each. Stored as text, so a new one needs no migration."""

from __future__ import annotations

from dataclasses import dataclass

from directory.core.text import N_, Text


@dataclass(frozen=True, slots=True)
class Category:
    """A family of services that a person may need."""

    name: str
    """Stable code, seen in the API and in files."""
    label: Text
    """What people read."""
    icon: str
    """Name of a Bootstrap icon."""
    colour: str
    """Pin colour on maps; all pass 3:1 on white, and never the only sign."""
    two_stage: bool
    """Identity is sent only after acceptance (protocol A.5, stage policy [P])."""
    words: tuple[str, ...] = ()
    """What people type when they look for any service of it, French and English; feeds the search.

    No trades or diseases: those are words of single services (``directory.search_synonyms``)."""


CATEGORIES: dict[str, Category] = {
    category.name: category
    for category in (
        Category(
            "information",
            N_("Reception and orientation"),
            "signpost-2",
            "#1f5c99",
            True,
            (
                "orientation",
                "accueil",
                "information",
                "retour",
                "reintegration",
                "migration",
                "baos",
            ),
        ),
        Category(
            "training",
            N_("Vocational training"),
            "tools",
            "#8a5a00",
            False,
            (
                "formation",
                "metier",
                "apprentissage",
                "tvet",
                "skills",
            ),
        ),
        Category(
            "employment",
            N_("Employment"),
            "briefcase",
            "#6b4aa0",
            False,
            ("emploi", "travail", "job", "work", "placement", "stage", "recrutement"),
        ),
        Category(
            "business",
            N_("Business and credit"),
            "shop",
            "#0b6e4f",
            False,
            (
                "entreprise",
                "credit",
                "pret",
                "loan",
                "business",
                "microfinance",
                "projet",
                "financement",
            ),
        ),
        Category(
            "education",
            N_("Education"),
            "book",
            "#2a6f97",
            False,
            ("ecole", "school", "scolarite", "alphabetisation", "literacy", "universite"),
        ),
        Category(
            "medical",
            N_("Medical care"),
            "hospital",
            "#b3261e",
            True,
            ("sante", "hopital", "health", "clinic", "medicament", "soins", "docteur", "maternite"),
        ),
        Category(
            "psychosocial",
            N_("Mental health and psychosocial support"),
            "heart-pulse",
            "#a0416b",
            True,
            (
                "psychologue",
                "psychosocial",
                "mental",
                "trauma",
                "counselling",
                "ecoute",
                "psychiatrie",
            ),
        ),
        Category(
            "legal",
            N_("Legal help and documents"),
            "file-earmark-text",
            "#4a5568",
            True,
            (
                "papiers",
                "documents",
                "carte identite",
                "etat civil",
                "avocat",
                "lawyer",
                "passport",
                "justice",
            ),
        ),
        Category(
            "housing",
            N_("Housing and shelter"),
            "house",
            "#7a4f2b",
            True,
            ("logement", "hebergement", "shelter", "accueil", "loyer", "rent"),
        ),
        Category(
            "cash",
            N_("Cash and social protection"),
            "cash-coin",
            "#3f6212",
            True,
            ("argent", "cash", "aide", "protection sociale", "allocation", "bourse", "transfert"),
        ),
        Category(
            "child-protection",
            N_("Child protection"),
            "person-hearts",
            "#b45309",
            True,
            ("enfant", "child", "mineur", "enfance", "unaccompanied"),
        ),
        Category(
            "protection",
            N_("Protection from trafficking and violence"),
            "shield-check",
            "#7b2d8b",
            True,
            ("traite", "trafficking", "violence", "vbg", "gbv", "refuge", "survivante", "victime"),
        ),
        Category(
            "family-tracing",
            N_("Family tracing"),
            "people",
            "#0f766e",
            True,
            ("famille", "family", "recherche", "disparu", "missing", "croix rouge", "tracing"),
        ),
    )
}
