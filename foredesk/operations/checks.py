"""What is looked at before anything is served. `foredesk check` looks at more: see queries/checklist.py."""

from django.core.checks import CheckMessage, Error, Info, Warning, register

from .queries import machine
from .queries.checklist import findings
from .queries.findings import Finding, Weight

_MESSAGES = {Weight.BROKEN: Error, Weight.SERIOUS: Warning, Weight.ADVICE: Info}


@register
def can_work_like_this(**kwargs: object) -> list[CheckMessage]:
    """What would keep every command from its work; the rest is for `foredesk check` and the checklist page."""
    return [_message(one) for one in machine.look() if not one.is_fine and one.weight == Weight.BROKEN]


def all_that_is_open(**kwargs: object) -> list[CheckMessage]:
    """Registered by the command `check` alone, because it asks the database."""
    told = {message.id for message in can_work_like_this()}
    return [message for one in findings() if not one.is_fine and (message := _message(one)).id not in told]


def _message(one: Finding) -> CheckMessage:
    return _MESSAGES[one.weight](f"{one.says} {one.why}", hint=one.mend, id=f"foredesk.{one.key}")
