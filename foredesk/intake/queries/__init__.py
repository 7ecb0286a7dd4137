from .mailboxes import MAILBOXES, mailbox_for, own_addresses

__all__ = ["MAILBOXES", "mailbox_for", "own_addresses"]
