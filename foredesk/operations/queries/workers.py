"""Who works behind the pages."""

from django.db.models import QuerySet

from foredesk.kit import clock

from ..models import Worker
from ..rules import SILENT_AFTER


def living_workers() -> QuerySet[Worker]:
    """The workers that have given a sign of life lately, oldest first."""
    return Worker.objects.filter(seen_at__gte=clock.now() - SILENT_AFTER)
