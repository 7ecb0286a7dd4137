from .fetching import claim_due, fetch
from .filing import file_mail, file_waiting
from .forgetting import forget_person, forget_raw_mails_of
from .storing import store

__all__ = ["claim_due", "fetch", "file_mail", "file_waiting", "forget_person", "forget_raw_mails_of", "store"]
