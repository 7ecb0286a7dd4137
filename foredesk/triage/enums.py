from django.db import models
from django.utils.translation import gettext_lazy as _


class Answer(models.TextChoices):
    """An agent's word on a suggestion."""

    KEPT = "kept", _("taken over")
    REFUSED = "refused", _("no")
