"""Looks at what the database knows: people, mail, workers, backups, the catalogue."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.template.defaultfilters import date as date_words
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.calendars import queries as calendars
from foredesk.calendars.rules import holidays_of
from foredesk.catalogue import queries as catalogue
from foredesk.intake import queries as intake
from foredesk.kit import clock
from foredesk.mail import queries as mail
from foredesk.mail.enums import OutboxState
from foredesk.people import queries as people
from foredesk.tickets.models import Ticket

from .backups import last_good_backup
from .findings import Finding, Weight
from .workers import living_workers

_SMALL_DESK = 50_000  # requests up to which SQLite is a pleasure
_BACKUP_FRESH = timedelta(days=2)
_MAILBOXES = "mailboxes:mailboxes"


def look() -> list[Finding]:
    return [
        _worker(),
        _mail(),
        _failed_mail(),
        *_mailboxes(),
        _backup(),
        _second_administrator(),
        *_second_factors(),
        _database(),
        _hours(),
        _holidays(),
        _kinds(),
        _owners(),
        _lanes(),
        _zone(),
    ]


def _worker() -> Finding:
    running = living_workers().count()
    return Finding(
        "worker",
        bool(running),
        ngettext("%(count)d worker runs.", "%(count)d workers run.", running) % {"count": running}
        if running
        else _("No worker has given a sign of life within the last minute."),
        _("Without one no mail goes out, nobody is reminded, and what met silence stays open."),
        _("Start one: foredesk worker, or systemctl start foredesk-worker@1."),
    )


def _mail() -> Finding:
    why = _("Customers hear nothing, and nobody can set a new password.")
    if settings.MAIL_TRANSPORT == "kept":
        says = _("Mails are kept here and not sent (MAIL_TRANSPORT is kept).")
        mend = _("Set MAIL_TRANSPORT to smtp and EMAIL_URL to your mail server.")
        return Finding("mail", False, says, why, mend, url_name="operations:mail")
    last, test = mail.last_sent(), mail.last_self_test()
    failed_since = test is not None and test.state == OutboxState.FAILED and (last is None or last < test.queued_at)
    if last is not None and not failed_since:
        says = _("The mail server took a mail on %(moment)s.") % {"moment": date_words(localtime(last), "j F Y, G:i")}
    elif failed_since:
        says = _("The last self-test of the mail server failed.")
    else:
        says = _("No mail has gone out yet.")
    return Finding(
        "mail",
        last is not None and not failed_since,
        says,
        why,
        _("Run the self-test, which shows what the server says step by step."),
        url_name="operations:mail",
    )


def _failed_mail() -> Finding:
    failed = mail.failed_in_the_open()
    return Finding(
        "failed_mail",
        not failed,
        _("No mail has failed.")
        if not failed
        else ngettext("%(count)d mail could not be sent.", "%(count)d mails could not be sent.", failed)
        % {"count": failed},
        _("Somebody waits for a word that never came."),
        _("Look at the failed mails in the outbox, and send them again when the reason is gone."),
        url_name="mail:outbox",
    )


def _mailboxes() -> Iterator[Finding]:
    why = _("People write there and wait for an answer.")
    found = intake.alarms()
    for alarm in found:
        yield Finding(
            f"mailbox_{alarm.kind}_{alarm.mailbox.pk}", False, alarm.says, why, alarm.mend, url_name=_MAILBOXES
        )
    number = intake.mailboxes().filter(is_active=True).count()
    if not found:
        yield Finding(
            "mailboxes",
            bool(number),
            ngettext("%(count)d mailbox is in use.", "%(count)d mailboxes are in use.", number) % {"count": number}
            if number
            else _("Mail that people write to you does not come in yet."),
            why
            if number
            else _("What arrives in a mailbox of its own is seen by whoever opens it, and by nobody else."),
            _("Set up a mailbox: fetched from your provider, or handed over by your mail server."),
            Weight.ADVICE,
            _MAILBOXES,
        )


def _backup() -> Finding:
    last = last_good_backup()
    finished = last.finished_at if last is not None else None
    is_fresh = finished is not None and finished > clock.now() - _BACKUP_FRESH
    return Finding(
        "backup",
        is_fresh,
        _("There is no backup yet.")
        if finished is None
        else _("The last backup was made on %(moment)s.") % {"moment": date_words(localtime(finished), "j F Y, G:i")},
        _("A broken disk would take every word with it that was written since."),
        _("A running worker takes one every night (BACKUP_DAILY); keep the files on another machine."),
    )


def _second_administrator() -> Finding:
    several = people.administrators().count() > 1
    return Finding(
        "second_administrator",
        several,
        _("There is more than one administrator.") if several else _("There is only one administrator."),
        _("When they are ill or have lost their phone, nobody can let people in or change a setting."),
        _("Make somebody you trust an administrator too."),
        Weight.ADVICE,
        "people:people",
    )


def _second_factors() -> Iterator[Finding]:
    """Where one is asked of administrators: without it they are let in nowhere."""
    if not settings.STRICT_SIGN_IN:
        return
    without = [one for one in people.administrators() if not people.has_second_factor(one)]
    yield Finding(
        "second_factor",
        not without,
        _("Every administrator has a second factor.")
        if not without
        else ngettext(
            "%(count)d administrator has no second factor.",
            "%(count)d administrators have no second factor.",
            len(without),
        )
        % {"count": len(without)},
        _("Until then they can do nothing here, and a stolen password would be enough to become them."),
        _("They are asked for it when they sign in; tell them that it waits."),
        Weight.SERIOUS,
        "people:people",
    )


def _database() -> Finding:
    is_small = connection.vendor == "postgresql" or not Ticket.objects.order_by("pk")[_SMALL_DESK:].exists()
    return Finding(
        "database",
        is_small,
        _("The database is PostgreSQL.")
        if connection.vendor == "postgresql"
        else _("The embedded database is large enough for this desk.")
        if is_small
        else _("There are more than %(count)d requests in the embedded database.") % {"count": _SMALL_DESK},
        _("It has one writer at a time, and a large desk begins to wait for it."),
        _("Move to PostgreSQL: foredesk backup, set DATABASE_URL, foredesk restore (docs/operations/backup.md)."),
        Weight.ADVICE,
    )


def _hours() -> Finding:
    default = calendars.calendars().filter(is_default=True).first()
    return Finding(
        "hours",
        default is not None,
        _("Working hours are set.") if default is not None else _("Nobody has said when you work."),
        _("Promises count in working time; until then Monday to Friday from 8 to 17 counts."),
        _("Set up your working hours."),
        url_name="calendars:calendars",
    )


def _holidays() -> Finding:
    default = calendars.calendars().filter(is_default=True).first()
    this_year = localtime(clock.now()).year
    years = [this_year, this_year + 1]
    missing = [
        year
        for year in years
        if default is None
        or not (
            holidays_of(default.country, default.subdivision, year)
            or any(day.date.year == year for day in default.closed_days.all())
        )
    ]
    return Finding(
        "holidays",
        not missing,
        _("Days off of %(first)d and %(second)d are known.") % {"first": years[0], "second": years[1]}
        if not missing
        else _("No days off are known for %(years)s.") % {"years": ", ".join(map(str, missing))},
        _("Otherwise targets run on days when nobody is there."),
        _("Choose the country whose public holidays you keep, or enter your own days off."),
        Weight.ADVICE,
        "calendars:calendars",
    )


def _kinds() -> Finding:
    several = catalogue.classes_in_use().filter(is_default=False).exists()
    return Finding(
        "kinds",
        several,
        _("There are kinds of requests to choose from.") if several else _("There are no kinds of requests yet."),
        _("Everything would get the same promise and land in the same lane."),
        _("Put a starting set in place; everything in it can be changed."),
        url_name="catalogue:classes",
    )


def _owners() -> Finding:
    without = catalogue.classes_in_use().filter(owner=None, is_default=False, parent=None).count()
    return Finding(
        "owners",
        not without,
        _("Every kind of request has an owner.")
        if not without
        else ngettext("%(count)d kind of request has no owner.", "%(count)d kinds of requests have no owner.", without)
        % {"count": without},
        _("An owner notices when a promise for this kind no longer fits."),
        _("Open the kind and choose who follows its requests."),
        Weight.ADVICE,
        "catalogue:classes",
    )


def _lanes() -> Finding:
    empty = [lane.name for lane in catalogue.lanes() if not lane.teams.all()]
    return Finding(
        "lanes",
        not empty,
        _("Both lanes have a team.") if not empty else _("No team works in: %(lanes)s.") % {"lanes": ", ".join(empty)},
        _("Requests of a lane without a team belong to nobody."),
        _("Say which teams work in the lane."),
        url_name="catalogue:lanes",
    )


def _zone() -> Finding:
    organisation = people.organisation()
    is_chosen = organisation is not None and bool(organisation.timezone or settings.DEMO)
    return Finding(
        "zone",
        is_chosen,
        _("The organisation’s time zone is chosen.") if is_chosen else _("Nobody has chosen the time zone yet."),
        _("“Tomorrow at nine” has to be nine o’clock where your customers are."),
        _("Choose it under Organisation."),
        Weight.ADVICE,
        "people:organisation",
    )
