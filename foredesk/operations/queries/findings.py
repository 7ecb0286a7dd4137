"""What a look at this installation finds; the checklist page and `foredesk check` are made of it."""

from dataclasses import dataclass
from enum import IntEnum


class Weight(IntEnum):
    ADVICE = 1  # do it when there is time
    SERIOUS = 2  # somebody is or will be harmed: words lost, passwords read, nobody told
    BROKEN = 3  # Foredesk cannot work like this


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. All texts are sentences for administrators; `mend` is one step."""

    key: str  # for Django's checks it becomes "foredesk.https"
    is_fine: bool
    says: str  # what is so
    why: str  # why it matters
    mend: str
    weight: Weight = Weight.SERIOUS
    url_name: str = ""  # the page where it is mended, if there is one
