from django.db import models
from django.utils.translation import gettext_lazy as _


class RunKind(models.TextChoices):
    """Work on many rows at once, which people wait for and look at afterwards."""

    IMPORT_TICKETS = "import_tickets", _("Import of requests")
    IMPORT_PEOPLE = "import_people", _("Import of people")
    EXPORT = "export", _("Export of everything")
    BACKUP = "backup", _("Backup")


class RunState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
