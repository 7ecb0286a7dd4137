from .filing import file_mail, file_waiting
from .forgetting import forget_person, forget_raw_mails_of
from .outsiders import admit, leave_with_it
from .quarantine import open_from_quarantine, retry, retry_all, set_aside
from .storing import store

__all__ = [
    "admit",
    "file_mail",
    "file_waiting",
    "forget_person",
    "forget_raw_mails_of",
    "leave_with_it",
    "open_from_quarantine",
    "retry",
    "retry_all",
    "set_aside",
    "store",
]
