"""Which rows become what."""

from collections.abc import Sequence

from foredesk.people.models import Person

from .fields import Target
from .mapping import Mapping
from .people import PeopleRows
from .running import Taker
from .tickets import TicketRows


def taker_for(
    mapping: Mapping, columns: Sequence[str], *, by: Person | None, dry: bool = False, newest: int | None = None
) -> Taker:
    """What takes the rows of a file with these columns. Raises BadMap where the map does not fit them."""
    if mapping.target == Target.PEOPLE:
        return PeopleRows(mapping, columns, by=by, dry=dry)
    return TicketRows(mapping, columns, by=by, dry=dry, newest=newest)
