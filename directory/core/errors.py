"""What can go wrong in the domain; the edge turns each kind into an answer (``core/web.py``)."""

from __future__ import annotations

from collections.abc import Mapping

from directory.core.text import N_, Text


class DomainError(Exception):
    """A refusal with a sentence for the person and, where several things are wrong, all of them."""

    code = "refused"

    def __init__(self, reason: Text, *, reasons: tuple[Text, ...] = ()) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.reasons = reasons or (reason,)


class NotFound(DomainError):
    """Nothing there, or nothing that this actor may see: the answer is the same."""

    code = "not-found"

    def __init__(self, reason: Text | None = None) -> None:
        super().__init__(reason or N_("There is nothing here, or not for you."))


class Forbidden(DomainError):
    """The actor is known and may not do this."""

    code = "forbidden"


class Conflict(DomainError):
    """The state of things does not allow it now."""

    code = "conflict"


class Unavailable(DomainError):
    """A part the answer depends on (audit, policy store) did not work: nothing was done."""

    code = "unavailable"


class Invalid(DomainError):
    """The input is not usable; ``fields`` says which field has which problem."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, Text], reason: Text | None = None) -> None:
        super().__init__(
            reason or N_("Please correct the fields named below. Nothing was changed."),
            reasons=tuple(fields.values()),
        )
        self.fields = dict(fields)
