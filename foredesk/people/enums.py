from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do here. Heading a department is not a role: it follows from the department."""

    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Desk lead")
    ADMINISTRATOR = "administrator", _("Administrator")


class OrganisationKind(models.TextChoices):
    """Decides which kinds of request a new installation begins with."""

    COLLEGE = "college", _("A school, college or university")
    COMPANY = "company", _("A company")
    TOWN = "town", _("A town or another public body")


class InvitationState(models.TextChoices):
    OPEN = "open", _("open")
    USED = "used", _("used")
    EXPIRED = "expired", _("expired")  # too old, replaced by a newer one, or for somebody who may not sign in
