from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "foredesk.operations"

    def ready(self) -> None:
        from foredesk.operations import checks  # noqa: F401 (registers the system checks)
