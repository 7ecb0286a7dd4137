"""Things to test with: each factory makes one believable, valid object. Every room adds its own."""

from typing import Any

import factory

from foredesk.calendars.models import Calendar, OpeningHours
from foredesk.calendars.queries import forget_known_calendars
from foredesk.calendars.rules import OFFICE_WEEK
from foredesk.catalogue.enums import LaneKey, Size
from foredesk.catalogue.models import CannedReply, Lane, ServiceClass
from foredesk.catalogue.queries import lane
from foredesk.people.actions import make_findable
from foredesk.people.enums import Role
from foredesk.people.models import Department, Person, Place, Site, Team

# Passes the password rules; what everybody signs in with in tests.
PASSWORD = "seven ponds under a green roof"


class SiteFactory(factory.django.DjangoModelFactory[Site]):
    class Meta:
        model = Site

    name = factory.Sequence(lambda n: f"Campus {n}")
    address = "1 Mill Lane"


class PlaceFactory(factory.django.DjangoModelFactory[Place]):
    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"B 2.{n:02}")
    site = factory.SubFactory(SiteFactory)


class DepartmentFactory(factory.django.DjangoModelFactory[Department]):
    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"Department {n}")
    site = factory.SubFactory(SiteFactory)


class PersonFactory(factory.django.DjangoModelFactory[Person]):
    """A customer who can sign in with PASSWORD. `PersonFactory(agent=True)` and so on give other roles."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    class Params:
        agent = factory.Trait(role=Role.AGENT)
        lead = factory.Trait(role=Role.LEAD)
        administrator = factory.Trait(role=Role.ADMINISTRATOR)

    full_name = factory.Sequence(lambda n: f"Kim Person{n}")
    email = factory.Sequence(lambda n: f"kim{n}@example.org")
    role = Role.CUSTOMER

    @classmethod
    def _create(cls, model_class: type[Person], *args: Any, **kwargs: Any) -> Person:
        password = kwargs.pop("password", PASSWORD)
        person = model_class(*args, **kwargs)
        person.set_password(password)
        person.save()
        make_findable([person])
        return person


class TeamFactory(factory.django.DjangoModelFactory[Team]):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class SiteCalendarFactory(factory.django.DjangoModelFactory[Calendar]):
    """A calendar with office hours (Monday to Friday 8-17) in Amsterdam; `sites=[…]` keep it."""

    class Meta:
        model = Calendar
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Hours {n}")
    timezone = "Europe/Amsterdam"

    @factory.post_generation
    def week(self, create: bool, extracted: Any, **_kwargs: Any) -> None:
        for weekday, intervals in enumerate(extracted or OFFICE_WEEK):
            for opens, closes in intervals:
                OpeningHours.objects.create(calendar=self, weekday=weekday, opens=opens, closes=closes)
        forget_known_calendars()

    @factory.post_generation
    def sites(self, create: bool, extracted: Any, **_kwargs: Any) -> None:
        self.sites.set(extracted or [])
        forget_known_calendars()


class ServiceClassFactory(factory.django.DjangoModelFactory[ServiceClass]):
    """A quick class of the rapid lane, not offered; `deep=True` gives a bigger one of the other lane."""

    class Meta:
        model = ServiceClass

    class Params:
        deep = factory.Trait(
            lane=factory.LazyFunction(lambda: lane(LaneKey.DEEP)),
            usual_size=Size.BIGGER,
            first_reply_minutes=240,
            solution_minutes=4800,
            silence_minutes=960,
            closing_minutes=2400,
        )

    name = factory.Sequence(lambda n: f"Printing {n}")
    lane = factory.LazyFunction(lambda: lane(LaneKey.RAPID))
    icon = "printer"
    first_reply_minutes = 30
    solution_minutes = 240
    silence_minutes = 120
    closing_minutes = 960


class CannedReplyFactory(factory.django.DjangoModelFactory[CannedReply]):
    class Meta:
        model = CannedReply

    title = factory.Sequence(lambda n: f"Thank you {n}")
    body = "Hello {customer},\n\nthank you for telling us."


def bring_what_migrations_bring() -> None:
    """A test with real transactions empties all tables behind it, those that a migration filled too."""
    rapid, _ = Lane.objects.get_or_create(key=LaneKey.RAPID, defaults={"name": "the rapid desk"})
    ServiceClass.objects.get_or_create(is_default=True, defaults={"name": "Something else", "lane": rapid})
