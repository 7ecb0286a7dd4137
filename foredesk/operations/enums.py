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


class SetUpStep(models.TextChoices):
    """The pages of the first run, in their order. Mail comes before people, because invitations go out at once."""

    ADMINISTRATOR = "administrator", _("You")
    ORGANISATION = "organisation", _("Your organisation")
    HOURS = "hours", _("Where and when")
    KINDS = "kinds", _("Kinds of requests")
    MAIL = "mail", _("Mail")
    TEAMS = "teams", _("Who is quick, who is deep")
    REQUEST = "request", _("The first request")
