from .fetching import claim_due, fetch
from .filing import file_mail, file_waiting
from .storing import store

__all__ = ["claim_due", "fetch", "file_mail", "file_waiting", "store"]
