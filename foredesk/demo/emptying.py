from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.kit.remembered import forget_everything
from foredesk.people.queries import forget_organisation

# What a migration made and every Foredesk needs.
_KEPT: tuple[type[Model], ...] = (Lane,)
_NOT_OURS = ("contenttypes", "auth")


@transaction.atomic
def empty_everything() -> None:
    """Delete all rows of a demo's database but the two lanes and the default class.

    Raises RuntimeError outside demo mode. Row by row order does not matter: foreign keys are checked at the end.
    """
    if not settings.DEMO:
        raise RuntimeError("Only a demo is emptied.")
    ServiceClass.objects.filter(is_default=True).update(owner=None, parent=None)
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label in _NOT_OURS or model in _KEPT or not model._meta.managed:
                continue
            table = connection.ops.quote_name(model._meta.db_table)
            kept = " WHERE NOT is_default" if model is ServiceClass else ""
            cursor.execute(f"DELETE FROM {table}{kept}")  # noqa: S608 (names of our own tables)
    forget_everything()
    forget_organisation()
