from .backups import queue_backup, queue_nightly_backup
from .care import prune_finished, rescue_abandoned, settle
from .heartbeat import beat, leave

__all__ = ["beat", "leave", "prune_finished", "queue_backup", "queue_nightly_backup", "rescue_abandoned", "settle"]
