"""Mail of a web form: a robot sends it, and Reply-To names the person who filled it in."""

from collections.abc import Callable, Collection
from dataclasses import replace

from .letters import MachineKind, Reading
from .machines import is_no_reply


def filled_in(reading: Reading, *, is_own: Callable[[str], bool], form_senders: Collection[str]) -> Reading:
    """The mail as by the person whom its form names, if a form sent it; else the mail as it is.

    A form writes from an address of IT itself, from one that IT says is a form's, or from one that says of itself
    that nobody reads it. Whoever can write From can write Reply-To: the one is believed no more than the other, and
    only for a new request. In an answer From stands for itself.
    """
    sender, is_answer = reading.sender, bool(reading.answers)
    if sender is None or is_answer or reading.was_ours:
        return reading
    if reading.machine.kind not in {MachineKind.NONE, MachineKind.NOTICE}:
        return reading
    named = {one.address: one for one in reading.reply_to if one.address}
    address, person = next(iter(named.items()), ("", None))
    if person is None or len(named) > 1 or address == sender.address or is_own(address) or is_no_reply(address):
        return reading
    is_form = is_own(sender.address) or sender.address in form_senders
    # Lists and shops write like this too, and their Reply-To is no person who waits for us.
    is_robot = is_no_reply(sender.address) and not reading.machine.kind and reading.machine.may_be_answered
    return replace(reading, sender=person, form=sender) if is_form or is_robot else reading
