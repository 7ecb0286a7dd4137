from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from foredesk.kit import clock, lookups  # noqa: F401  (registers `begins`)

from .enums import OrganisationKind, Role
from .names import LONGEST, NO_ADDRESS, TITLES


class Organisation(models.Model):
    """Whom this installation serves: one row, made by the set-up (demo: by the fill)."""

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=OrganisationKind, default=OrganisationKind.COMPANY)
    timezone = models.CharField(_("time zone"), max_length=60, blank=True)  # "": TIME_ZONE of the settings
    steps_done = models.JSONField(default=list)  # of the set-up, as operations.rules.setup names them
    set_up_at = models.DateTimeField(null=True)  # when the last step of the set-up was done

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    address = models.CharField(_("address"), max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="departments", verbose_name=_("site"))
    head = models.ForeignKey(
        "Person", models.SET_NULL, null=True, blank=True, related_name="heads", verbose_name=_("head")
    )
    shares_requests = models.BooleanField(
        _("colleagues see each other’s requests"),
        default=False,
        help_text=_("The head of the department decides this."),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A room, a counter, a hall: where somebody works or something stands."""

    name = models.CharField(_("name"), max_length=80)
    site = models.ForeignKey(Site, models.PROTECT, related_name="places", verbose_name=_("site"))

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="one_place_of_a_name_per_site")]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())

    def create_superuser(self, email: str, full_name: str, password: str | None = None) -> "Person":
        """For Django's createsuperuser command only: the first administrator of a new installation."""
        person = self.model(email=email.lower(), full_name=full_name, role=Role.ADMINISTRATOR)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Everybody Foredesk knows: customers, agents, people who only ever wrote a mail."""

    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("name"), max_length=120)
    number = models.CharField(_("staff or student number"), max_length=20, blank=True, db_index=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("department")
    )
    place = models.ForeignKey(
        Place, models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("place")
    )
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.CUSTOMER)
    timezone = models.CharField(_("time zone"), max_length=60, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(default=clock.now)
    # Set when the person was taken out by pseudonymising: name, address and facts are gone, the row stays.
    erased_at = models.DateTimeField(null=True, editable=False)
    # Until when notices to them wait (kept by the room of focus blocks); None or past: they get everything at once.
    undisturbed_until = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["full_name", "id"]
        indexes = [
            models.Index(fields=["role"], condition=~models.Q(role="customer"), name="staff_by_role"),
            models.Index(fields=["full_name", "id"], name="people_in_order"),
        ]
        # Sign-in looks addresses up in small letters, and two that differ in case only are one person's.
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="address_in_small_letters")
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def has_address(self) -> bool:
        """Whether mail can reach them; people of whom history knows only a name have no address."""
        return not self.email.endswith(NO_ADDRESS)

    @property
    def first_name(self) -> str:
        names = self.full_name.split()
        return next((name for name in names if name.lower().strip(".,") not in TITLES), self.full_name).strip(",")

    @property
    def initials(self) -> str:
        names = self.full_name.split()
        return "".join(name[0] for name in (names[:1] + names[1:][-1:])).upper()


class PersonWord(models.Model):
    """A word from whose beginning on somebody is found (see names.beginnings); kept by the actions."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=LONGEST, db_index=True)
    is_name = models.BooleanField()  # else of the mail address, number or phone

    class Meta:
        ordering = ["word"]
        indexes = [
            models.Index(
                fields=["word"],
                condition=models.Q(is_name=True),
                opclasses=["varchar_pattern_ops"],  # for LIKE; SQLite has no such thing and needs none
                name="names_by_word",
            )
        ]
        constraints = [models.UniqueConstraint(fields=["person", "word"], name="one_word_once_per_person")]

    def __str__(self) -> str:
        return self.word


class Team(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    members = models.ManyToManyField(Person, related_name="teams", blank=True, verbose_name=_("members"))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """A link by which somebody lets themselves in for the first time. Only the hash of its token is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-sent_at", "-id"]

    def __str__(self) -> str:
        return f"invitation of {self.person_id}"
