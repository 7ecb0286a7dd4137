"""How much work a request of a class usually is, and where that is known from."""

import threading
import time as stopwatch
from dataclasses import dataclass

from foredesk.catalogue.enums import Size
from foredesk.catalogue.models import ServiceClass

from ..enums import Basis
from ..models import UsualWork

# Minutes that are taken until enough was measured.
ASSUMED = {Size.MOMENT: 10.0, Size.HOUR: 45.0, Size.BIGGER: 240.0}
# Another process learns of new figures after at most this long; the process that measured them at once.
_FRESH_SECONDS = 30.0


@dataclass(frozen=True)
class Usual:
    """`cases`: how many were measured."""

    minutes: float
    basis: Basis
    cases: int = 0


@dataclass(frozen=True)
class _Known:
    by_class: dict[int, Usual]
    read_at: float


_known: _Known | None = None
_lock = threading.Lock()


def usual_work(service_class: ServiceClass) -> Usual:
    """Of a class, in minutes: measured, or assumed from its usual size. Read together for all classes."""
    global _known
    known = _known
    if known is None or stopwatch.monotonic() - known.read_at > _FRESH_SECONDS:
        with _lock:
            known = _known = _read()
    return known.by_class.get(service_class.pk) or assumed_work(service_class)


def assumed_work(service_class: ServiceClass) -> Usual:
    return Usual(ASSUMED[Size(service_class.usual_size)], Basis.SIZE)


def forget_usual_work() -> None:
    """Read it anew at the next question."""
    global _known
    _known = None


def _read() -> _Known:
    rows = UsualWork.objects.values_list("service_class_id", "minutes", "basis", "cases")
    return _Known(
        {key: Usual(minutes, Basis(basis), cases) for key, minutes, basis, cases in rows}, stopwatch.monotonic()
    )
