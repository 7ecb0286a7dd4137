from .mailboxes import MAILBOXES, mailbox_for, own_addresses
from .threads import Thread, is_still_coming, thread_by_subject, thread_of

__all__ = [
    "MAILBOXES",
    "Thread",
    "is_still_coming",
    "mailbox_for",
    "own_addresses",
    "thread_by_subject",
    "thread_of",
]
