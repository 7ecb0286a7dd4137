from .backups import queue_backup, queue_nightly_backup
from .care import prune_cache, prune_finished, rescue_abandoned, settle
from .copies import ask_for_copy_of_everything, ask_for_copy_of_person, forget_copies
from .erasing import erase_person
from .heartbeat import beat, leave
from .imports import begin_import, forget_files, start_import, stop_import, try_import
from .tasks import forget_task, retry_tasks

__all__ = [
    "ask_for_copy_of_everything",
    "ask_for_copy_of_person",
    "beat",
    "begin_import",
    "erase_person",
    "forget_copies",
    "forget_files",
    "forget_task",
    "leave",
    "prune_cache",
    "prune_finished",
    "queue_backup",
    "queue_nightly_backup",
    "rescue_abandoned",
    "retry_tasks",
    "settle",
    "start_import",
    "stop_import",
    "try_import",
]
