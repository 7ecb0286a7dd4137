"""Leaving somebody undisturbed. The room that plans it says in the record who wanted it."""

from datetime import datetime

from ..models import Person


def leave_undisturbed(*, person: Person, until: datetime | None) -> None:
    """Let notices to somebody wait until a moment; None: from now on they get everything at once."""
    person.undisturbed_until = until
    person.save(update_fields=["undisturbed_until"])
