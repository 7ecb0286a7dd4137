"""Taking a person out by pseudonymising: the row stays, because requests point to it; what identifies goes."""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import transaction

from foredesk.kit import clock

from ..enums import Role
from ..models import Department, Invitation, Person, PersonWord
from ..rules import pseudonym_of

FEWEST = 5  # people a department needs for its name to say nothing about one of them


@transaction.atomic
def forget_person(*, person: Person) -> None:
    """Replace what identifies somebody by a pseudonym and end every way to sign in as them. It cannot be undone.

    The department stays for the figures where at least `FEWEST` others are in it. Operations' `erase_person` calls
    this last, after the rooms above have taken the name out of what they keep, and says who wanted it.
    """
    pseudonym = pseudonym_of(person)
    PersonWord.objects.filter(person=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    for label in ("mfa.Authenticator", "socialaccount.SocialAccount"):
        if apps.is_installed(f"allauth.{label.partition('.')[0]}"):
            apps.get_model(label)._base_manager.filter(user=person).delete()
    Invitation.objects.filter(person=person).delete()
    person.teams.clear()
    Department.objects.filter(head=person).update(head=None)
    Person.objects.filter(manager=person).update(manager=None)
    department = person.department
    if department and Person.objects.filter(department=department).exclude(pk=person.pk)[:FEWEST].count() < FEWEST:
        department = None
    person.full_name, person.email = pseudonym.name, pseudonym.email
    person.number = person.phone = person.timezone = ""
    person.department, person.place, person.manager = department, None, None
    person.role = Role.CUSTOMER
    person.is_active = False
    person.last_login = None
    person.undisturbed_until = None
    person.erased_at = clock.now()
    person.set_unusable_password()
    person.save()
