"""What is said of a mail in one line."""

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ..enums import Became
from ..models import Incoming
from .details import Details
from .letters import Bounce, MachineKind


def line_of(mail: Incoming, details: Details, words: str) -> str:
    """What a mail that is no message amounts to: “A mail to anna@example.org came back: user unknown”.

    `words`: the beginning of what it says, at least.
    """
    known = mail.person.full_name if mail.person else ""
    name = known or mail.sender_name or mail.sender or _("an unknown sender")
    if mail.became != Became.MACHINE and mail.reason:
        return _("%(name)s sent our e-mail back, without a word of their own") % {"name": name}
    if mail.became != Became.MACHINE:
        return _("%(name)s answered by e-mail: %(said)s") % {"name": name, "said": _first_line(words)}
    if mail.machine == MachineKind.BOUNCE:
        return _came_back(details.bounces)
    if mail.machine == MachineKind.AUTO_REPLY:
        said = _first_line(words) or mail.subject
        line = _("Automatic reply of %(name)s: %(said)s") if said else _("Automatic reply of %(name)s")
        return line % {"name": name, "said": said}
    if mail.machine == MachineKind.FEEDBACK:
        return _("%(name)s reports a mail as unwanted") % {"name": name}
    return _("A machine’s mail of %(name)s: %(subject)s") % {"name": name, "subject": mail.subject or _("no subject")}


def _came_back(bounces: tuple[Bounce, ...]) -> str:
    if not bounces:
        return _("A mail came back")
    first, others = bounces[0], len(bounces) - 1
    words = {"address": first.address or _("an address that is not named"), "why": _short(first.reason or first.status)}
    # A full mailbox may be emptied one day, but this mail came back; only of 4.x.x (RFC 3463, 2) it is tried again.
    if first.is_permanent or first.status.startswith("5"):
        line = _("A mail to %(address)s came back: %(why)s") if words["why"] else _("A mail to %(address)s came back")
    elif words["why"]:
        line = _("A mail to %(address)s is late: %(why)s")
    else:
        line = _("A mail to %(address)s is late")
    line %= words
    return line + (_(" (and %(number)d more)") % {"number": others} if others else "")


def _first_line(text: str) -> str:
    return next((_short(line) for line in text.splitlines() if line.strip()), "")


def _short(words: str) -> str:
    return str(Truncator(" ".join(words.split())).chars(120))
