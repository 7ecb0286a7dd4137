from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "foredesk.kit"

    def ready(self) -> None:
        from .connections import end_with_their_threads

        end_with_their_threads()
