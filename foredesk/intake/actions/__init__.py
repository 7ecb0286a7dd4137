from .filing import file_mail, file_waiting
from .storing import store

__all__ = ["file_mail", "file_waiting", "store"]
