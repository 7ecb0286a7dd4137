from datetime import datetime

from foredesk.kit.refusals import Refused
from foredesk.people.models import Person


class Changed(Refused):
    """Somebody else wrote meanwhile; nothing was overwritten.

    `by`, `at` (aware) and `what` (their words, or a short description) tell what happened.
    """

    def __init__(self, sentence: str, *, by: Person | None, at: datetime, what: str) -> None:
        super().__init__(sentence)
        self.by = by
        self.at = at
        self.what = what
