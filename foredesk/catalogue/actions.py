from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person, Team
from foredesk.people.rules import is_administrator

from . import rules, starting_sets
from .emails import tell_privacy
from .enums import LaneKey, Size, Whom
from .models import CannedReply, EscalationStep, Lane, ServiceClass
from .queries import CANNED, PATHS, people_in
from .rules import Course, Promise, Step, Words
from .signals import class_closed_off, path_changed

Thing = TypeVar("Thing", Lane, ServiceClass, CannedReply)


@transaction.atomic
def create_class(*, by: Person | None, words: Words, course: Course, promise: Promise) -> ServiceClass:
    """A new kind of request. `by` None: Foredesk itself. Raises `Refused`."""
    _one_change_at_a_time()
    _refuse_bad_words(words, None)
    rules.refuse_bad_promise(promise)
    given = _values(words) | _values(course) | _values(promise)
    created = ServiceClass.objects.create(**given)
    record(by=by, tag="class:created", about=created, name=created.name)
    if words.parent is not None and words.parent.is_private:
        _close_off(created, by, list(words.parent.teams.all()))
    return created


@transaction.atomic
def describe_class(*, by: Person, service_class: ServiceClass, words: Words) -> ServiceClass:
    """Change how customers meet a class: its name, place in the tree, keywords. Raises `Refused`.

    As part of a private class it is private for the same teams from now on.
    """
    _one_change_at_a_time()
    _refuse_bad_words(words, service_class)
    before = service_class.parent_id
    moved = words.parent is not None and words.parent.pk != before
    changed = _change(service_class, by, "class:described", _values(words))
    if moved and words.parent is not None and words.parent.is_private:
        _refuse_unless_decides(by, service_class)
        _close_off(service_class, by, list(words.parent.teams.all()))
    if changed.parent_id != before:  # and with it the path it inherits
        _path_changed(service_class)
    return changed


@transaction.atomic
def make_private(*, by: Person | None, service_class: ServiceClass, teams: Iterable[Team]) -> None:
    """From now on only `teams` (and the customer) know of the requests of a class and of its parts, old ones too.

    Raises `Refused` without a team, for the class of “not sure”, against the class it is part of, and for whoever has
    no say in it. Called again, it says anew which teams.
    """
    _one_change_at_a_time()
    wanted = sorted(teams, key=lambda team: team.name)
    if service_class.is_default:
        raise Refused(_("Here go the requests of customers who are not sure, so all of IT sees them."), "is_private")
    if not wanted:
        raise Refused(_("Choose at least one team: somebody has to see these requests."), "teams")
    _refuse_unless_decides(by, service_class)
    parent = service_class.parent
    if parent is not None and parent.is_private and _teams_of(parent) != {team.pk for team in wanted}:
        raise Refused(_("It is part of “%(name)s” and private for the same teams.") % {"name": parent.name}, "teams")
    _close_off(service_class, by, wanted)


@transaction.atomic
def make_open(*, by: Person, service_class: ServiceClass) -> None:
    """From now on everybody of IT sees the requests of a class, old ones too. Its private parts stay private.

    Raises `Refused` for a part of a private class, and for whoever has no say in it.
    """
    _one_change_at_a_time()
    if not service_class.is_private:
        return
    _refuse_unless_decides(by, service_class)
    parent = service_class.parent
    if parent is not None and parent.is_private:
        raise Refused(_("It is part of “%(name)s”, which is private.") % {"name": parent.name}, "is_private")
    service_class.is_private = False
    # Private ones do not count among the eight that customers choose from; now it would be the ninth.
    service_class.offered = service_class.offered and _plain_offered().count() < rules.MOST_OFFERED
    service_class.save(update_fields=["is_private", "offered"])
    told = people_in(service_class.teams.all())
    service_class.teams.clear()
    event = record(by=by, tag="class:opened", about=service_class)
    tell_privacy(service_class, told, by=by, key=event.pk)


@transaction.atomic
def begin_confidential_class(*, by: Person | None, teams: Iterable[Team]) -> ServiceClass:
    """The private kind that an organisation may begin with, as soon as it knows who is to see it.

    Raises `Refused` without a team, and where there is a class of that name.
    """
    words = Words(
        name=_("Security and personal matters"),
        description=_("A lost laptop, a mail you fell for, somebody who reads along, what is nobody else’s business."),
        icon="shield-check",
        keywords="confidential, confidentially, harassment, threat, threatening, stalking, stolen laptop, "
        "stolen phone, data breach, leaked, hacked, reads my mail, typed my password, fell for, staff matter",
        position=990,
    )
    course = Course(
        lane=Lane.objects.get(key=LaneKey.RAPID),
        usual_size=Size.HOUR,
        size_reason=_("because one person you can trust looks at it, and nobody else"),
    )
    promise = Promise(first_reply_minutes=30, solution_minutes=960, silence_minutes=240, closing_minutes=1440)
    created = create_class(by=by, words=words, course=course, promise=promise)
    make_private(by=by, service_class=created, teams=teams)
    return _change(created, by, "class:described", {"offered": True})


def _close_off(service_class: ServiceClass, by: Person | None, teams: list[Team]) -> None:
    """Make a class and everything that is part of it private for `teams`."""
    same = service_class.is_private and _teams_of(service_class) == {team.pk for team in teams}
    if not same:
        service_class.is_private = True
        service_class.save(update_fields=["is_private"])
        before = people_in(service_class.teams.all())
        service_class.teams.set(teams)
        event = record(by=by, tag="class:closed_off", about=service_class, teams=[team.name for team in teams])
        if by is not None:
            tell_privacy(service_class, before | people_in(teams), by=by, key=event.pk)
        class_closed_off.send(sender=ServiceClass, service_class=service_class)
    for part in service_class.children.all():
        _close_off(part, by, teams)


def _teams_of(service_class: ServiceClass) -> set[int]:
    return set(service_class.teams.values_list("pk", flat=True))


def _refuse_unless_decides(by: Person | None, service_class: ServiceClass) -> None:
    if by is not None and not rules.can_decide_privacy(by, service_class):
        raise Refused(
            _("Who sees these requests is decided by administrators and by those who see them."), "is_private"
        )


@transaction.atomic
def route_class(*, by: Person, service_class: ServiceClass, course: Course) -> ServiceClass:
    """Change which lane takes requests of a class and how large they usually are; open ones stay where they are."""
    return _change(service_class, by, "class:routed", _values(course))


@transaction.atomic
def promise_for_class(*, by: Person, service_class: ServiceClass, promise: Promise) -> ServiceClass:
    """Change the targets of a class. Raises `Refused` for targets that contradict each other."""
    rules.refuse_bad_promise(promise)
    return _change(service_class, by, "class:promised", _values(promise))


@transaction.atomic
def set_path(*, by: Person | None, service_class: ServiceClass, steps: Sequence[Step]) -> None:
    """Say who is next when requests of a class stall. Without steps it has the path of the class it is part of.

    Raises `Refused` for a path that reaches nobody or runs backwards; its field is that of a step: “0.whom”.
    """
    _one_change_at_a_time()
    rules.refuse_bad_path(service_class, steps)
    service_class.escalation_steps.all().delete()
    EscalationStep.objects.bulk_create(
        [
            EscalationStep(
                service_class=service_class,
                position=position,
                whom=step.whom,
                person=step.person if step.whom == Whom.PERSON else None,
                team=step.team if step.whom == Whom.TEAM else None,
                contact=step.contact.strip()[:200] if step.whom == Whom.OUTSIDE else "",
                after_minutes=step.after_minutes,
                without=step.without,
                out_of_hours=step.out_of_hours,
            )
            for position, step in enumerate(steps)
        ]
    )
    record(by=by, tag="class:path", about=service_class, steps=len(steps))
    _path_changed(service_class)


@transaction.atomic
def keep_words_for(*, by: Person, service_class: ServiceClass, months: int | None) -> ServiceClass:
    """Say for how many months after closing words and files are kept; None: for ever. Raises `Refused`."""
    if not is_administrator(by):
        raise Refused(_("Only administrators decide how long words are kept."))
    return _change(service_class, by, "class:retention", {"retention_months": months})


@transaction.atomic
def retire_class(*, by: Person, service_class: ServiceClass) -> None:
    """Take a class out of use; its requests keep it. Raises `Refused` for the default one or one with parts in use."""
    if service_class.is_default:
        raise Refused(_("This class takes the requests of customers who are not sure, so it stays in use."))
    if service_class.children.filter(is_active=True).exists():
        raise Refused(_("Other classes are part of this one. Retire them or move them first."))
    _change(service_class, by, "class:retired", {"is_active": False, "offered": False})


@transaction.atomic
def restore_class(*, by: Person, service_class: ServiceClass) -> None:
    """Bring a retired class back; it is not offered to customers until somebody says so."""
    if service_class.parent is not None and not service_class.parent.is_active:
        raise Refused(_("It is part of “%(name)s”, which is retired. Bring that back first.") % {
            "name": service_class.parent.name
        })  # fmt: skip
    _change(service_class, by, "class:restored", {"is_active": True})


@transaction.atomic
def describe_lane(
    *,
    by: Person,
    lane: Lane,
    name: str,
    explanation: str,
    time_box_minutes: int | None = None,
    spill_over_minutes: int | None = None,
) -> Lane:
    """Change the words of a lane, its time box and when help comes (minutes of working time; None: never)."""
    wanted = {
        "name": name,
        "explanation": explanation,
        "time_box_minutes": time_box_minutes,
        "spill_over_minutes": spill_over_minutes,
    }
    return _change(lane, by, "lane:described", wanted)


@transaction.atomic
def set_lane_teams(*, by: Person, lane: Lane, teams: Iterable[Team]) -> None:
    """Say which teams work in a lane."""
    wanted = {team.pk: team.name for team in teams}
    if set(lane.teams.values_list("pk", flat=True)) == set(wanted):
        return
    lane.teams.set(wanted)
    record(by=by, tag="lane:teams:set", about=lane, teams=sorted(wanted.values()))


@transaction.atomic
def write_canned_reply(
    *, by: Person | None, title: str, body: str, service_class: ServiceClass | None = None
) -> CannedReply:
    """A reply to use again. Raises `Refused` for a taken title or for words in braces that cannot be filled in."""
    _refuse_bad_reply(title, body, None)
    reply = CannedReply.objects.create(title=title, body=body, service_class=service_class)
    CANNED.forget()
    record(by=by, tag="canned_reply:written", about=reply, title=title)
    return reply


@transaction.atomic
def change_canned_reply(
    *, by: Person, reply: CannedReply, title: str, body: str, service_class: ServiceClass | None = None
) -> CannedReply:
    """Raises `Refused` as `write_canned_reply` does."""
    _refuse_bad_reply(title, body, reply)
    wanted = {"title": title, "body": body, "service_class": service_class}
    return _change(reply, by, "canned_reply:changed", wanted)


@transaction.atomic
def remove_canned_reply(*, by: Person, reply: CannedReply) -> None:
    record(by=by, tag="canned_reply:removed", about=reply, title=reply.title)
    reply.delete()
    CANNED.forget()


@transaction.atomic
def install_starting_classes(
    *, by: Person | None, kind: str = "college", without: Collection[str] = ()
) -> list[ServiceClass]:
    """Create the classes and canned replies that an organisation of a kind begins with; those it has stay untouched.

    `without`: names of classes that are not wanted; their parts are left out too. Raises `KeyError` for a kind that
    has no set.
    """
    lanes = {lane.key: lane for lane in Lane.objects.all()}
    known = {one.name: one for one in ServiceClass.objects.all()}
    room = rules.MOST_OFFERED - sum(one.offered and one.is_active for one in known.values())
    created = []
    for position, start in enumerate(starting_sets.CLASSES[kind], start=1):
        if start.name in known or start.name in without or start.part_of in without:
            continue
        offered = not start.part_of and room > 0
        room -= offered
        words = Words(
            name=start.name,
            description=start.description,
            icon=start.icon,
            keywords=start.keywords,
            parent=known.get(start.part_of),
            offered=offered,
            position=position * 10,
        )
        course = Course(
            lane=lanes[LaneKey.DEEP if start.deep else LaneKey.RAPID],
            usual_size=start.size,
            size_reason=start.reason,
            nature=start.nature,
        )
        promise = Promise(**dict(zip(_PROMISE_FIELDS, start.promise, strict=True)))
        created.append(create_class(by=by, words=words, course=course, promise=promise))
        known[start.name] = created[-1]
    _install_replies(by, kind, known)
    return created


def _install_replies(by: Person | None, kind: str, classes: dict[str, ServiceClass]) -> None:
    taken = set(CannedReply.objects.values_list("title", flat=True))
    for title, body, class_name in starting_sets.REPLIES[kind]:
        if title not in taken and (not class_name or class_name in classes):
            write_canned_reply(by=by, title=title, body=body, service_class=classes.get(class_name))


_PROMISE_FIELDS = [one.name for one in fields(Promise)]


def _values(part: Words | Course | Promise) -> dict[str, Any]:
    given = {one.name: getattr(part, one.name) for one in fields(part)}
    if "keywords" in given:
        given["keywords"] = ", ".join(rules.keywords_of(given["keywords"]))
    if "size_reason" in given:
        given["size_reason"] = rules.tidy_ending(given["size_reason"])
    return given


def _change(thing: Thing, by: Person | None, tag: str, wanted: dict[str, Any]) -> Thing:
    """Write what differs and record it; nothing when nothing differs."""
    changed = {field: value for field, value in wanted.items() if getattr(thing, field) != value}
    if changed:
        for field, value in changed.items():
            setattr(thing, field, value)
        thing.save(update_fields=list(changed))
        CANNED.forget()
        readable = {field: str(value) if isinstance(value, Model) else value for field, value in changed.items()}
        record(by=by, tag=tag, about=thing, **readable)
    return thing


def _one_change_at_a_time() -> None:
    """Two people must not both offer the eighth class, nor hang two classes below each other."""
    list(Lane.objects.select_for_update().order_by("pk"))


def _refuse_bad_words(words: Words, service_class: ServiceClass | None) -> None:
    taken = ServiceClass.objects.filter(name__iexact=words.name)
    if service_class is not None:
        taken = taken.exclude(pk=service_class.pk)
    if taken.exists():
        raise Refused(_("There is a class of that name already."), "name")
    if words.icon not in rules.ICONS:
        raise Refused(_("Please choose one of the pictures."), "icon")
    if words.parent is not None:
        _refuse_bad_parent(words.parent, service_class)
    if words.offered:
        _refuse_too_many(service_class)


def _refuse_bad_parent(parent: ServiceClass, service_class: ServiceClass | None) -> None:
    if parent.is_default or not parent.is_active:
        raise Refused(_("Nothing can be part of “%(name)s”.") % {"name": parent.name}, "parent")
    if service_class is None:
        return
    if service_class.is_default:
        raise Refused(_("The class for “not sure” stands on its own."), "parent")
    parents = dict(ServiceClass.objects.values_list("pk", "parent_id"))
    step: int | None = parent.pk
    while step is not None:
        if step == service_class.pk:
            raise Refused(_("A class cannot be part of itself or of one of its own parts."), "parent")
        step = parents[step]


def _refuse_too_many(service_class: ServiceClass | None) -> None:
    if service_class is not None and service_class.is_default:
        raise Refused(_("Customers find this class as “not sure”; it needs no place among the eight."), "offered")
    if service_class is not None and not service_class.is_active:
        raise Refused(_("This class is retired. Bring it back before you offer it."), "offered")
    if service_class is not None and service_class.is_private:
        return
    others = _plain_offered()
    if service_class is not None:
        others = others.exclude(pk=service_class.pk)
    if others.count() >= rules.MOST_OFFERED:
        raise Refused(
            _("Customers already choose from eight kinds, and nobody reads more. Take one of them off first."),
            "offered",
        )


def _plain_offered() -> QuerySet[ServiceClass]:
    return ServiceClass.objects.filter(offered=True, is_active=True, is_private=False)


def _refuse_bad_reply(title: str, body: str, reply: CannedReply | None) -> None:
    taken = CannedReply.objects.filter(title__iexact=title)
    if reply is not None:
        taken = taken.exclude(pk=reply.pk)
    if taken.exists():
        raise Refused(_("There is a canned reply of that name already."), "title")
    rules.refuse_unknown_variables(body)


def _path_changed(service_class: ServiceClass) -> None:
    PATHS.forget()
    path_changed.send(sender=ServiceClass, service_class=service_class)
