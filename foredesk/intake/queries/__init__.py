from .alarms import Alarm, alarms
from .answers import Asking, asking_of
from .incoming import PAGE, Page, incoming_open_to, incoming_page, quarantine, quarantine_count, writer_of
from .keeping import keeping, past_keeping
from .mailboxes import MAILBOXES, answered_at, is_of_the_house, is_own, mailbox_at_the_door, mailbox_for, own_addresses
from .mails import Mails, OnCopy, ShownMail, hand_out_mails, invitation_open_to, mail_open_to, mails_of, raw_of
from .states import MailboxState, mailbox_state, mailbox_states, mailboxes
from .threads import (
    MOST_IDS,
    Several,
    Thread,
    is_still_coming,
    several_of,
    thread_by_subject,
    thread_of,
    thread_of_automatic_reply,
)

__all__ = [
    "MAILBOXES",
    "MOST_IDS",
    "PAGE",
    "Alarm",
    "Asking",
    "MailboxState",
    "Mails",
    "OnCopy",
    "Page",
    "Several",
    "ShownMail",
    "Thread",
    "alarms",
    "answered_at",
    "asking_of",
    "hand_out_mails",
    "incoming_open_to",
    "incoming_page",
    "invitation_open_to",
    "is_of_the_house",
    "is_own",
    "is_still_coming",
    "keeping",
    "mail_open_to",
    "mailbox_at_the_door",
    "mailbox_for",
    "mailbox_state",
    "mailbox_states",
    "mailboxes",
    "mails_of",
    "own_addresses",
    "past_keeping",
    "quarantine",
    "quarantine_count",
    "raw_of",
    "several_of",
    "thread_by_subject",
    "thread_of",
    "thread_of_automatic_reply",
    "writer_of",
]
