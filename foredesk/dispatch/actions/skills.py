from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_hidden_from
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import is_lead

from ..models import Skill


@transaction.atomic
def keep_skill(
    *, by: Person, skill: Skill | None, name: str, people: Sequence[Person], service_classes: Sequence[ServiceClass]
) -> Skill:
    """Add a skill (None) or change one: what it is called, who has it, which classes need it.

    Raises Refused for people who are not leads, and for a name that another one has.
    """
    _refuse_unless_lead(by)
    kept = skill or Skill()
    kept.name = name.strip()
    if Skill.objects.filter(name__iexact=kept.name).exclude(pk=kept.pk).exists():
        raise Refused(_("There is a skill of this name already."))
    kept.save()
    kept.people.set(people)
    # Private classes that `by` must not know of are not in the form, and stay.
    hidden = kept.service_classes.filter(pk__in=classes_hidden_from(by))
    kept.service_classes.set([*service_classes, *hidden])
    record(by=by, tag="skill:kept", about=kept, name=kept.name, people=[one.full_name for one in people])
    return kept


@transaction.atomic
def remove_skill(*, by: Person, skill: Skill) -> None:
    """Take a skill out; requests that needed it are served to everybody again. Raises Refused for non-leads."""
    _refuse_unless_lead(by)
    record(by=by, tag="skill:removed", about=skill, name=skill.name)
    skill.delete()


def _refuse_unless_lead(by: Person) -> None:
    if not is_lead(by):
        raise Refused(_("Only desk leads decide who is served what."))
