from .alarms import Alarm, alarms
from .mailboxes import MAILBOXES, is_own, mailbox_at_the_door, mailbox_for, own_addresses
from .states import MailboxState, mailbox_state, mailbox_states, mailboxes
from .threads import Thread, is_still_coming, thread_by_subject, thread_of

__all__ = [
    "MAILBOXES",
    "Alarm",
    "MailboxState",
    "Thread",
    "alarms",
    "is_own",
    "is_still_coming",
    "mailbox_at_the_door",
    "mailbox_for",
    "mailbox_state",
    "mailbox_states",
    "mailboxes",
    "own_addresses",
    "thread_by_subject",
    "thread_of",
]
