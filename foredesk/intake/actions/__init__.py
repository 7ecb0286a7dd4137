from .alarming import raise_alarms
from .fetching import claim_due, fetch
from .filing import file_mail, file_waiting
from .forgetting import forget_person, forget_raw_mails_of
from .mailboxes import (
    add_mailbox,
    describe_mailbox,
    fetch_from,
    hand_over,
    pause_mailbox,
    remove_mailbox,
    reseal_mailboxes,
    resume_mailbox,
    try_mailbox,
)
from .storing import store

__all__ = [
    "add_mailbox",
    "claim_due",
    "describe_mailbox",
    "fetch",
    "fetch_from",
    "file_mail",
    "file_waiting",
    "forget_person",
    "forget_raw_mails_of",
    "hand_over",
    "pause_mailbox",
    "raise_alarms",
    "remove_mailbox",
    "reseal_mailboxes",
    "resume_mailbox",
    "store",
    "try_mailbox",
]
