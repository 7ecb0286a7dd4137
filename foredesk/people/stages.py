from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from .models import Person
from .proofs import needs_no_second_step
from .queries import has_second_factor


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """After the password: the digits of the app, a passkey or a recovery code, of whoever has set one up."""

    def _should_handle(self, request: HttpRequest) -> bool:
        person = self.login.user
        return isinstance(person, Person) and has_second_factor(person) and not needs_no_second_step(request, person)
