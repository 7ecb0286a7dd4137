"""How much work a request of a class usually is, and where that is known from."""

from dataclasses import dataclass

from foredesk.catalogue.enums import Size
from foredesk.catalogue.models import ServiceClass
from foredesk.kit.remembered import Remembered

from ..enums import Basis
from ..models import UsualWork

# Minutes that are taken until enough was measured.
ASSUMED = {Size.MOMENT: 10.0, Size.HOUR: 45.0, Size.BIGGER: 240.0}


@dataclass(frozen=True)
class Usual:
    """`cases`: how many were measured."""

    minutes: float
    basis: Basis
    cases: int = 0


def usual_work(service_class: ServiceClass) -> Usual:
    """Of a class, in minutes: measured, or assumed from its usual size."""
    return KNOWN().get(service_class.pk) or assumed_work(service_class)


def assumed_work(service_class: ServiceClass) -> Usual:
    return Usual(ASSUMED[Size(service_class.usual_size)], Basis.SIZE)


def _read() -> dict[int, Usual]:
    rows = UsualWork.objects.values_list("service_class_id", "minutes", "basis", "cases")
    return {key: Usual(minutes, Basis(basis), cases) for key, minutes, basis, cases in rows}


KNOWN = Remembered(_read)
