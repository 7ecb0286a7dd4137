from typing import Any

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "foredesk.tickets"

    def ready(self) -> None:
        from foredesk.catalogue.signals import class_closed_off, path_changed
        from foredesk.mail.rules import ask_before_telling, name_things

        from .queries.news import things_named, withheld

        class_closed_off.connect(_close_off, dispatch_uid="tickets.close_off")
        path_changed.connect(_look_again, dispatch_uid="tickets.look_at_paths_again")
        ask_before_telling(withheld)
        name_things(things_named)


def _close_off(service_class: Any, **_kwargs: Any) -> None:
    from .jobs import close_off_class

    close_off_class.enqueue(service_class.pk)


def _look_again(service_class: Any, **_kwargs: Any) -> None:
    from .jobs import look_at_paths_again

    look_at_paths_again.enqueue(service_class.pk)
