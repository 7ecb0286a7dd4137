from ..enums import RunKind, RunState
from ..models import Run


def last_good_backup() -> Run | None:
    """The newest backup that was finished; `report["checked"]` says how it was checked ("": not)."""
    done = Run.objects.filter(kind=RunKind.BACKUP, state=RunState.DONE)
    return done.order_by("-finished_at").first()
