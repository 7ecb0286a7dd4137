"""What a password must not be. Long and unknown is enough: no rules about kinds of characters."""

import re

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .models import Person
from .queries import organisation_name, shortest_password

# Runs of keys that are typed rather than thought of; also backwards.
_RUNS = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
)
_LONGEST_REPEATED = 8


class LengthValidator:
    """Long where the password is all there is, shorter where a second factor is asked too (see the settings)."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raises ValidationError with the number of characters that are needed."""
        needed = shortest_password(user if isinstance(user, Person) else None)
        if len(password) < needed:
            raise ValidationError(
                _("Use at least %(needed)s characters.") % {"needed": needed}, code="password_too_short"
            )

    def get_help_text(self) -> str:
        return _("At least %(needed)s characters.") % {"needed": settings.PASSWORD_LENGTH}


class GuessableValidator:
    """Refuses what is long by repetition or additions only: "abcabcabcabcabc", "Foredesk2026!!!!", "password1234567".

    A list of common passwords cannot know these, for it holds hardly any that is long.
    """

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raises ValidationError with a sentence that says how to do better."""
        typed = password.casefold()
        if _is_repetition(typed) or _is_run(typed) or _is_well_known(typed):
            raise ValidationError(
                _("This is easy to guess. A few words that have nothing to do with each other are better."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("Not a word or a row of keys repeated.")


def _is_repetition(typed: str) -> bool:
    return any(
        len(typed) > size and typed == (typed[:size] * (len(typed) // size + 1))[: len(typed)]
        for size in range(1, _LONGEST_REPEATED + 1)
    )


def _is_run(typed: str) -> bool:
    return any(typed in run * 2 or typed in (run * 2)[::-1] for run in _RUNS)


def _is_well_known(typed: str) -> bool:
    """A common password, or the name of this place, with nothing but digits and signs around it."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", typed)
    named = {"foredesk", re.sub(r"\W+", "", organisation_name().casefold())}
    return bool(core) and (core in named or core in CommonPasswordValidator().passwords)
