from .backups import queue_backup, queue_nightly_backup
from .care import prune_finished, rescue_abandoned, settle
from .copies import ask_for_copy_of_everything, ask_for_copy_of_person, forget_copies
from .heartbeat import beat, leave

__all__ = [
    "ask_for_copy_of_everything",
    "ask_for_copy_of_person",
    "beat",
    "forget_copies",
    "leave",
    "prune_finished",
    "queue_backup",
    "queue_nightly_backup",
    "rescue_abandoned",
    "settle",
]
