"""Fills an empty, migrated database with tickets: python -m benchmarks.fill NUMBER

The same number gives the same tickets, told from the present moment backwards. benchmarks/README.md says how like real
ones they are.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

import django
from django.db import connection, transaction

SEED = 20260801
BATCH = 20_000  # tickets between two writes
YEARS = 3 * 365 * 86400  # seconds of history
HOUR, DAY = 3600, 86400
OPEN_SHARE, OPEN_AT_LEAST = 0.05, 150  # most of the open ones are among the newest tenth
OF_THE_AGENT, OF_THE_CUSTOMER, OPEN_OF_THE_CUSTOMER = 30, 40, 6
# How many messages a ticket has: from 1, 4 on the average, long threads are rare.
LENGTHS = (10, 17, 19, 16, 12, 9, 6, 4, 2.5, 2, 1, 0.7, 0.4, 0.2, 0.2)
LONG = 10  # messages of the ticket whose page is measured; that many of them are there at least
LONG_ONES = 40
Happened = tuple[int, int, str, str]  # second, who, what, data


def main() -> None:
    django.setup()
    from foredesk.dispatch.jobs import keep_in_order
    from foredesk.forecasts import actions as forecasts

    begun = time.monotonic()
    fill(int(sys.argv[1]), say=lambda words: print(f"  {time.monotonic() - begun:6.1f} s  {words}", flush=True))
    keep_in_order()
    forecasts.draw_curves()
    forecasts.promise_missing()
    settle()
    print(f"  {time.monotonic() - begun:6.1f} s  filled", flush=True)


def settle() -> None:
    """What a database in use has done by itself: statistics for the planner, the map of what everybody sees."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


@transaction.atomic
def fill(tickets: int, *, say: Callable[[str], object] = lambda _words: None) -> None:
    """Make so many tickets with everything that belongs to them. Raises RuntimeError if there are any already."""
    from foredesk.tickets.models import Ticket

    from . import organisation
    from .bulk import loading
    from .words import Words

    if Ticket.objects.exists():
        raise RuntimeError("There are tickets in this database already.")
    words, chance = Words(SEED), random.Random(SEED)
    people, tables = organisation.tables(), _tables()
    with loading([*people.values(), *tables.values()]):
        history = History(tickets, organisation.found(tickets, words, chance, people), words, chance, tables)
        say(f"{people['people'].written:,} people")
        for done, _ticket in enumerate(history.tell(), start=1):
            if done % BATCH == 0 or done == tickets:
                for table in tables.values():
                    table.write()
                say(f"{done:,} tickets")
        for name, table in tables.items():
            say(f"{table.written:12,} {name}")
        say("indexes …")


def _tables() -> dict[str, Any]:
    from foredesk.activity.models import Event
    from foredesk.mail.models import OutboxMessage
    from foredesk.tickets import models

    from .bulk import Table

    of_ticket = (
        "id subject customer_id opened_by_id channel created_at service_class_id size lane_id severity people_held_up "
        "state assignee_id ahead ahead_since next_update_due nudge_at silent_since first_reply_target solution_target "
        "first_reply_at closed_at close_reason version"
    )
    of_interview = (
        "ticket_id person_id customer_id started_at saved_at service_class_id goal happened theory impact severity "
        "people_held_up perceived_size"
    )
    of_solution = "id ticket_id by_id text at answer answered_by_id answered_at remind_at close_at"
    of_mail = '"to" to_name sender subject text kind about key state sent_at queued_at not_before'.replace('"', "")
    return {
        "tickets": Table(models.Ticket, *of_ticket.split()),
        "interviews": Table(models.Interview, *of_interview.split()),
        "messages": Table(models.Message, *["id", "ticket_id", "author_id", "by_it", "kind", "audience", "body", "at"]),
        "mentions": Table(models.Message.mentions.through, "message_id", "person_id"),
        "restatements": Table(
            models.Restatement, *["id", "ticket_id", "by_id", "text", "at", "is_right", "answered_by_id", "answered_at"]
        ),
        "solutions": Table(models.Solution, *of_solution.split()),
        "spans": Table(models.Span, *["ticket_id", "state", "holder", "reason", "until", "began_at", "ended_at"]),
        "promised updates": Table(
            models.PromisedUpdate, *["ticket_id", "due", "ended_at", "outcome", "silence_seconds"]
        ),
        "followers": Table(models.Follower, *["ticket_id", "person_id", "reason", "measure", "since"]),
        "care moments": Table(models.CareMoment, *["ticket_id", "step", "at"]),
        "events": Table(Event, *["at", "by_id", "tag", "about_type", "about_id", "data"]),
        "mails": Table(OutboxMessage, *of_mail.split()),
    }


class Moments:
    """Seconds since the first day as the text both databases read, many times faster than by datetime."""

    def __init__(self, now: Any) -> None:
        from datetime import timedelta

        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self.now = YEARS + int((now - midnight).total_seconds())
        first = midnight - timedelta(seconds=YEARS)
        self._days = [f"{first + timedelta(days=n):%Y-%m-%d} " for n in range(YEARS // DAY + 400)]
        self._clock = [f"{s // HOUR:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(DAY)]

    def __call__(self, second: int) -> str:
        return self._days[second // DAY] + self._clock[second % DAY]


class History:
    """Tells one ticket after the other, oldest first, into the tables."""

    def __init__(self, tickets: int, organisation: Any, words: Any, chance: random.Random, tables: Any) -> None:
        from foredesk.kit import clock

        self.count, self.organisation, self.words, self.chance, self.tables = (
            tickets, organisation, words, chance, tables
        )  # fmt: skip
        self.at = Moments(clock.now())
        self.lengths = list(accumulate(LENGTHS))
        self.said = self.fixes = self.restated = 0  # the last keys given
        self.of_the_agent = self.mentioned = self.long_ones = 0

    def tell(self) -> Iterator[int]:
        """Make each ticket in turn; gives its number."""
        own = max(1, self.count // OF_THE_CUSTOMER)
        open_share = max(OPEN_SHARE, OPEN_AT_LEAST / self.count)
        of_newest = min(1.0, 8 * open_share)
        of_others = (open_share - 0.1 * of_newest) / 0.9
        share = YEARS / self.count
        for number in range(1, self.count + 1):
            created = int((number - 1) * share + self.chance.random() * share)
            theirs = number % own == 0
            is_open = self.chance.random() < (of_newest if number > 0.9 * self.count else of_others)
            if theirs:
                is_open = number // own > OF_THE_CUSTOMER - OPEN_OF_THE_CUSTOMER
            self._ticket(number, created, is_open=is_open, of_customer=theirs)
            yield number

    def _ticket(self, number: int, created: int, *, is_open: bool, of_customer: bool) -> None:
        chance, at, now, org, tables = self.chance, self.at, self.at.now, self.organisation, self.tables
        draw = chance.random
        kind = chance.choices(org.classes, cum_weights=org.class_reach)[0]
        customer = org.customer if of_customer else chance.choices(org.customers, cum_weights=org.reach)[0]
        agent = org.agents[int(draw() * len(org.agents))]
        state = "closed"
        if is_open:
            dice = draw()
            state = "working" if dice < 0.4 else "asked" if dice < 0.65 else "waiting" if dice < 0.85 else "offered"
            if not of_customer and state == "working" and self.of_the_agent < OF_THE_AGENT:
                agent, self.of_the_agent = org.agent, self.of_the_agent + 1
        length = chance.choices(range(1, len(LENGTHS) + 1), cum_weights=self.lengths)[0]
        if state == "working" and self.long_ones < LONG_ONES:
            length, self.long_ones = LONG, self.long_ones + 1
        by_phone = draw() < 0.3
        opened_by = agent if by_phone else customer
        title, goal = self.words.title(), self.words.paragraph(2)
        severity = ("stopped", "slowed", "slowed", "annoyed")[int(draw() * 4)]
        held_up = 1 if draw() < 0.8 else 1 + int(draw() * 20)

        # How long everything takes, in seconds; nothing of an open ticket lies ahead of the present.
        left = max(60, now - created)
        whole = min(left, int(HOUR + chance.expovariate(1 / (3 * DAY))))
        step = max(1, whole // (length + 4))
        taken, first_reply = created + step // 2, created + step
        events = [(created, opened_by, "ticket:submitted", '{"why": "", "mismatch": ""}')]
        if state != "asked":
            events.append((taken, agent, "ticket:taken", "{}"))
        said, replies = created, list[int]()
        for place in range(length if state != "asked" else min(length, 2)):
            said += step
            self.said += 1
            dice = draw()
            by_it = dice < 0.7 or place == 0
            is_note = by_it and dice < 0.15
            author = agent if by_it else customer
            who = "it" if is_note else "everyone"
            tables["messages"].add(
                self.said, number, author, by_it, "note" if is_note else "reply", who,
                self.words.paragraph(2 + int(draw() * 4)), at(said),
            )  # fmt: skip
            tag = "ticket:note:added" if is_note else "ticket:reply:sent" if by_it else "ticket:customer:wrote"
            events.append((said, author, tag, f'{{"message": {self.said}}}'))
            if is_note and self.mentioned < OF_THE_AGENT and agent != org.agent and state != "closed":
                tables["mentions"].add(self.said, org.agent)
                self.mentioned += 1
            replies += [said] * (by_it and not is_note)
        self._promises(number, replies, step)
        events += self._restate(number, agent, customer, first_reply + step // 2, state)
        ended = said + 3 * step
        if state in {"closed", "offered"}:
            events += self._offer(number, agent, customer, said + step, ended if state == "closed" else None)
        reason = ""
        if state == "closed":
            dice = draw()
            reason = "confirmed" if dice < 0.75 else "silent" if dice < 0.93 else "withdrawn"
            events.append((ended, customer, "ticket:closed", '{"reason": "as it was"}'))
        for second, by, tag, data in sorted(events):
            tables["events"].add(at(second), by, tag, "tickets.ticket", number, data)
        self._spans(number, state, created, taken, said + step, ended)
        self._care(number, state, created, step)
        for _ in range(0 if draw() < 0.75 else 1 + int(draw() * 2)):
            follower = org.customers[int(draw() * len(org.customers))]
            if follower != customer:
                tables["followers"].add(number, follower, "held_up", "everything", at(created))
                break
        due, nudge, silent_since = self._next_word(said) if state in {"asked", "working", "waiting"} else (None,) * 3
        ahead = "reopened" if state in {"asked", "working"} and draw() < 0.04 else ""
        tables["tickets"].add(
            number, title, customer, opened_by, "phone" if by_phone else "portal", at(created), kind.pk,
            kind.usual_size, kind.lane_id, severity, held_up, state, None if state == "asked" else agent, ahead,
            at(said) if ahead else None, due, nudge, silent_since,
            at(created + 60 * kind.first_reply_minutes), at(created + 180 * kind.solution_minutes),
            at(first_reply) if replies else None, at(ended) if state == "closed" else None, reason, length,
        )  # fmt: skip
        tables["interviews"].add(
            number, opened_by, customer, at(created), at(created), kind.pk, goal, self.words.paragraph(1),
            self.words.paragraph(1) if draw() < 0.5 else "", self.words.paragraph(1), severity, held_up, "unknown",
        )  # fmt: skip
        tables["mails"].add(
            f"person{customer}@bench.example", "", "IT desk <desk@localhost>", title, goal, "acknowledged",
            f"ticket:{number}", f"bench:{number}", "sent", at(created), at(created), at(created),
        )  # fmt: skip

    def _next_word(self, said: int) -> tuple[Any, Any, Any]:
        """When it is due, when its holder is reminded, since when there was none."""
        draw, now, at = self.chance.random, self.at.now, self.at
        # Of the open ones every seventh is about to miss its next word, or has.
        due = now - int(draw() * 3 * DAY) + HOUR if draw() < 0.15 else now + HOUR + int(draw() * 5 * DAY)
        return at(due), at(due - HOUR) if due - HOUR > now else None, at(said)

    def _promises(self, number: int, replies: list[int], step: int) -> None:
        """Each reply keeps what was promised, or comes after it."""
        add, at = self.tables["promised updates"].add, self.at
        for said in replies:
            if self.chance.random() < 0.85:
                add(number, at(said + step // 2), at(said), "kept", step)
            else:
                add(number, at(said - step // 2), at(said - step // 2), "missed", step // 2)

    def _restate(self, number: int, agent: int, customer: int, moment: int, state: str) -> list[Happened]:
        if state == "asked" or self.chance.random() < 0.3:
            return []
        self.restated += 1
        answered = state != "working" or self.chance.random() < 0.7
        self.tables["restatements"].add(
            self.restated, number, agent, self.words.paragraph(1)[:400], self.at(moment),
            True if answered else None, customer if answered else None, self.at(moment + 60) if answered else None,
        )  # fmt: skip
        return [(moment, agent, "ticket:restated", f'{{"restatement": {self.restated}}}')]

    def _offer(self, number: int, agent: int, customer: int, moment: int, answered: int | None) -> list[Happened]:
        self.fixes += 1
        at = self.at
        self.tables["solutions"].add(
            self.fixes, number, agent, self.words.paragraph(3), at(moment), "yes" if answered else "",
            customer if answered else None, at(answered) if answered else None,
            at(moment + 2 * DAY), at(moment + 5 * DAY),
        )  # fmt: skip
        return [(moment, agent, "ticket:solution:offered", f'{{"solution": {self.fixes}}}')]

    def _spans(self, number: int, state: str, created: int, taken: int, paused: int, ended: int) -> None:
        add, at = self.tables["spans"].add, self.at
        if state == "asked":
            add(number, "asked", "it", "", None, at(created), None)
            return
        add(number, "asked", "it", "", None, at(created), at(taken))
        if state == "working":
            add(number, "working", "it", "", None, at(taken), None)
            return
        add(number, "working", "it", "", None, at(taken), at(paused))
        if state == "waiting":
            holder = ("customer", "supplier", "date")[number % 3]
            until = self.at.now + int(self.chance.random() * 10 * DAY)
            add(number, state, holder, "a part that is on its way", at(until), at(paused), None)
            return
        add(number, "offered", "customer", "", None, at(paused), at(ended) if state == "closed" else None)
        if state == "closed":
            add(number, "closed", "customer", "", None, at(ended), None)

    def _care(self, number: int, state: str, created: int, step: int) -> None:
        steps = {"asked": (2,), "working": (1, 2, 3), "waiting": (1, 2, 3, 4), "offered": (1, 2, 3, 4, 5, 6, 7)}
        for place, care in enumerate(steps.get(state, (1, 2, 3, 4, 5, 6, 7, 9))):
            self.tables["care moments"].add(number, care, self.at(created + place * step))


if __name__ == "__main__":
    main()
