from .alarming import raise_alarms
from .fetching import claim_due, fetch
from .filing import file_mail, file_waiting
from .forgetting import forget_person, forget_raw_mails_of, keep_set_aside_for, let_go_of_set_aside
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
from .outsiders import admit, leave_with_it
from .quarantine import open_from_quarantine, retry, retry_all, set_aside
from .storing import store

__all__ = [
    "add_mailbox",
    "admit",
    "claim_due",
    "describe_mailbox",
    "fetch",
    "fetch_from",
    "file_mail",
    "file_waiting",
    "forget_person",
    "forget_raw_mails_of",
    "hand_over",
    "keep_set_aside_for",
    "leave_with_it",
    "let_go_of_set_aside",
    "open_from_quarantine",
    "pause_mailbox",
    "raise_alarms",
    "remove_mailbox",
    "reseal_mailboxes",
    "resume_mailbox",
    "retry",
    "retry_all",
    "set_aside",
    "store",
    "try_mailbox",
]
