"""What messages say, by code; the texts are the modules of ``routing.texts``.

No text names a person, a need, a service or a provider (protocol A.17): a telephone is read by
others. The code of the referral says enough to whoever may know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from directory.core.registry import Registry
from directory.core.text import N_, Text


@dataclass(frozen=True, slots=True)
class MessageText:
    """The text of one kind of message."""

    name: str
    says: Text
    """For an account: what happened. For a person: the whole text message, with ``{code}``,
    ``{call}`` (whom to call), ``{day}`` and ``{hour}``."""
    to_person: bool = False


TEXTS: Registry[MessageText] = Registry("routing.texts")
ANYTHING = MessageText("anything", N_("There is something new"))
"""For a code without a text of its own."""


PLEASE_CALL = "contact-please-call"
"""What a telephone gets for a code without a text to people."""


def text_for_telephone(template: str) -> str:
    """The code of the text that may go to a telephone: never one written for accounts."""
    return template if text_of(template).to_person else PLEASE_CALL


def text_of(template: str) -> MessageText:
    """The text of a message, by the code it was queued with."""
    return TEXTS.get(template, ANYTHING)


def subject_and_body(template: str, values: Mapping[str, object]) -> tuple[Text, Text]:
    """A message in sentences. ``values``: ``code``, ``call``, and what the text asks for."""
    text = text_of(template)
    if text.to_person:
        return N_("Passerelle"), Text(text.says.template, MappingProxyType(dict(values)))
    subject = N_("Passerelle: {what}", what=text.says)
    if values.get("code"):
        return subject, N_(
            "{what}. Referral {code}. Open Passerelle to read more. "
            "To protect people, messages say no more than this.",
            what=text.says, code=values["code"],
        )  # fmt: skip
    return subject, N_(
        "{what}. Open Passerelle to read more. To protect people, messages say no more than this.",
        what=text.says,
    )
