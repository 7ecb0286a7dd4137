from .backups import run_backup
from .care import prune_finished, rescue_abandoned, settle
from .heartbeat import beat, leave

__all__ = ["beat", "leave", "prune_finished", "rescue_abandoned", "run_backup", "settle"]
