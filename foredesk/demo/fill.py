"""Fills an empty database with Ashgrove College: eight weeks of history that end now.

Everything goes through the rooms' actions, in the order of time, with the clock set to the moment: so the queue, both
clocks, promises, mails and the activity record are what they would be, had it all happened.
"""

import gc
import heapq
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count

from django.conf import settings
from django.db import transaction

from foredesk.calendars.queries import working_time_at
from foredesk.kit import clock
from foredesk.kit.numbering import begin_numbers_at
from foredesk.kit.queue import at_once, discover, periodic_jobs
from foredesk.kit.remembered import forget_everything
from foredesk.kit.working_time import WorkingTime
from foredesk.mail.rules import DIGEST_AT
from foredesk.people.models import Person
from foredesk.tickets import actions as tickets
from foredesk.tickets.models import Ticket
from foredesk.triage import actions as triage

from . import quiet
from .flow import order_work
from .letters import plan_letters
from .organisation import College, found_college
from .outlook import plan_outlook
from .present import BEGUN_REPLY, PAST, PRESENT
from .stalling import OUTAGE, begin_outage, lay_paths
from .stories import STORIES
from .stories.personas import DRAFT
from .stories.story import Fix, Story
from .telling import DAY, Beat, Telling
from .undelivered import plan_undelivered

FIRST_NUMBER = 4001
WEEKS = 8
SEED = 118
TOLD = 240  # past requests
# When people ask: share of each working hour from eight, and of each weekday.
HOURS = (16, 19, 14, 10, 6, 12, 10, 8, 5)
WEEKDAYS = (15, 11, 10, 10, 8, 0, 0)
BUSY = 3.2  # how much busier than usual the Monday after the break is
LEARNED = (15, 1)  # working days ago
DIGESTS = 5  # days back on which the mail of the day goes out
UNSURE = "It hums as loud as a hair dryer and gets hot on my knees"
# A story of the first hours after the break.
AFTER_BREAK = "locked-after-break"


class Refused(Exception):
    """The demo would not stand alone here; the text says why, for people."""


def fill(*, now: datetime | None = None, told: int = TOLD, seed: int = SEED) -> dict[str, int]:
    """Make the college and its history, all or nothing; returns how much there is of what.

    `told` is how many past requests there are. Raises Refused outside demo mode and on a database with people in it.
    """
    if not settings.DEMO:
        raise Refused("The demo needs FOREDESK_DEMO=1: it lets anybody in as anybody.")
    if Person.objects.exists():
        raise Refused("There are people in this database already; `foredesk demo reset` begins again.")
    end = now or clock.now()
    gc.disable()  # nothing of this is garbage before the end; collecting costs a fifth of the time
    try:
        with transaction.atomic(), at_once():
            return _Fill(end, told, random.Random(seed)).run()
    finally:
        gc.enable()
        forget_everything()


class _Fill:
    def __init__(self, end: datetime, told: int, chance: random.Random) -> None:
        self.end, self.told, self.chance = end, told, chance
        this_monday = end.date() - timedelta(days=end.weekday())
        self.monday = datetime.combine(this_monday, datetime.min.time(), tzinfo=end.tzinfo)
        self.first_day = this_monday - timedelta(weeks=WEEKS)
        self.busy_monday = this_monday - timedelta(weeks=2)
        self.queue: list[tuple[float, int, Callable[[], object]]] = []
        self.order = count()
        self.going_on: dict[str, Telling] = {}
        discover()
        self.jobs = [job for job in periodic_jobs() if job.name.startswith(("foredesk.tickets.", "foredesk.mail."))]

    def run(self) -> dict[str, int]:
        before = datetime.combine(self.first_day, datetime.min.time(), tzinfo=self.end.tzinfo)
        with clock.at(before):
            self.college: College = found_college(busy_monday=self.busy_monday)
            lay_paths(self.college)
            begin_numbers_at(Ticket, FIRST_NUMBER)
        self.time: WorkingTime = working_time_at(None)
        self.start = before
        self.length = self.time.between(before, self.end) / timedelta(minutes=1)
        self._plan_past()
        self._plan_present()
        self._plan_learning()
        self._plan_quiet()
        plan_outlook(self._at, self.length, self.going_on, self.college)
        plan_letters(self._at, self.length, self.college)
        plan_undelivered(self._at, self.length, self.college)
        self._plan_mails_of_the_day()
        while self.queue:
            offset, _, do = heapq.heappop(self.queue)
            with clock.at(self._moment(offset)):
                do()
        with clock.at(self._moment(self.length - 4)):
            self._leave_drafts()
        with clock.at(self.end - timedelta(minutes=2)):  # at whatever hour: an outage keeps none
            begin_outage(self.college, self.going_on[OUTAGE])
        with clock.at(self.end):
            order_work()
            self._run_jobs("foredesk.mail.")
        with clock.at(self.end):
            quiet.present(self.college, self.time.next_opening(self._midnight_after(self.end)))
        return {"people": Person.objects.count(), "requests": Ticket.objects.count()}

    def _moment(self, offset: float) -> datetime:
        """The moment after so many working minutes; the seconds make it look less like a clockwork."""
        moment = self.time.add(self.start, timedelta(minutes=min(offset, self.length)))
        return min(moment, self.end)

    def _at(self, offset: float, do: Callable[[], None]) -> None:
        heapq.heappush(self.queue, (offset, next(self.order), do))

    def _schedule(self, begin: float, beats: list[Beat]) -> None:
        for beat in beats:
            begin += beat.after
            heapq.heappush(self.queue, (begin, next(self.order), beat.do))

    # --- the past -----------------------------------------------------------------------------------------

    def _plan_past(self) -> None:
        for past in PAST:
            story = STORIES[past.key]
            telling = self._telling(story, self._customer(past.customer, story), room=past.room, agent=past.agent)
            begin = max(self.length - past.days * DAY, 0) + self.chance.uniform(0, 60)
            self._tell_by(begin, telling)
        weights, begins = self._when_people_ask()
        pool = [story for story in STORIES.values() for _ in range(story.times)]
        self.chance.shuffle(pool)
        for number in range(self.told):
            story = pool[number % len(pool)]
            begin = self.chance.choices(begins, weights)[0] + self.chance.uniform(0, 60)
            if story.key == AFTER_BREAK:
                begin = self._offset_of(self.busy_monday) + self.chance.expovariate(1 / 90)
            self._tell_by(begin, self._telling(story, self._somebody(story)))

    def _tell_by(self, begin: float, telling: Telling) -> None:
        """Tell a whole story from `begin` on, earlier when it would not be over by now."""
        beats = telling.beats()
        lasts = sum(beat.after for beat in beats) + self.chance.uniform(30, 300)
        last = telling.story.steps[-1]
        if isinstance(last, Fix) and not last.answer:
            lasts += 5 * DAY  # until silence closes it
        latest = self.length - lasts
        if begin > latest:
            begin = self.chance.uniform(max(latest - 3 * DAY, 0), max(latest, 0))
        if latest > 0:
            self._schedule(begin, beats)

    def _when_people_ask(self) -> tuple[list[float], list[float]]:
        """Weights and beginnings (as working minutes) of all working hours of the history."""
        weights, begins = [], []
        offset = 0.0
        while offset < self.length - 60:
            local = self._moment(offset + 1).astimezone(self.time.zone)
            weight = float(HOURS[min(max(local.hour - 8, 0), 8)] * WEEKDAYS[local.weekday()])
            weights.append(weight * (BUSY if local.date() == self.busy_monday else 1))
            begins.append(offset)
            offset += 60
        return weights, begins

    def _offset_of(self, day: date) -> float:
        midnight = datetime.combine(day, datetime.min.time(), tzinfo=self.time.zone)
        return self.time.between(self.start, midnight) / timedelta(minutes=1)

    # --- the present ----------------------------------------------------------------------------------------

    def _plan_present(self) -> None:
        for going in PRESENT:
            story = STORIES[going.key]
            telling = self._telling(story, self._customer(going.customer, story), room=going.room, agent=going.agent)
            telling.steps, telling.unanswered = going.steps, going.unanswered
            if going.deep_agent:
                telling.deep_agent = self.college.agent(going.deep_agent)
            if going.next_word:
                telling.promise = self.time.add(self.end, timedelta(minutes=going.next_word))
            beats = telling.beats()
            lasts = sum(beat.after for beat in beats)
            self._schedule(self.length - going.quiet - lasts, beats)
            telling.going_on = self.going_on
            self.going_on[going.key] = telling

    def _plan_learning(self) -> None:
        """Triage help learns each night; two nights of it are enough to see."""
        for days in LEARNED:
            heapq.heappush(self.queue, (max(self.length - days * DAY, 0), next(self.order), triage.learn_again))
        heapq.heappush(self.queue, (self.length - 17, next(self.order), self._ask_unsure))

    def _ask_unsure(self) -> None:
        """Somebody is not sure what kind of request it is; the words are like others'."""
        asking = tickets.start_interview(by=self.college.staff["Finance"][3], goal=UNSURE)
        tickets.send_interview(by=asking.person, interview=asking)

    def _plan_mails_of_the_day(self) -> None:
        """The worker sends them a little after their hour."""
        for days in range(DIGESTS):
            day = self.end.astimezone(self.time.zone).date() - timedelta(days=days)
            self._look_at(datetime.combine(day, DIGEST_AT, tzinfo=self.time.zone) + timedelta(minutes=4))

    def _plan_quiet(self) -> None:
        roster = (self.monday, partial(quiet.make_roster, self.college))
        happened: list[tuple[datetime, Callable[[], None]]] = [*quiet.past(self.college, self.end, self.time), roster]
        for moment, do in happened:
            offset = self.time.between(self.start, moment) / timedelta(minutes=1)
            done: Callable[[], None] = partial(self._do_at, min(moment, self.end), do)
            heapq.heappush(self.queue, (offset, next(self.order), done))

    def _do_at(self, moment: datetime, do: Callable[[], None]) -> None:
        """Working minutes do not tell the closing of one day from the opening of the next; a moment does."""
        with clock.at(moment):
            do()

    def _midnight_after(self, moment: datetime) -> datetime:
        tomorrow = moment.astimezone(self.time.zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, datetime.min.time(), tzinfo=self.time.zone)

    def _look_at(self, moment: datetime) -> None:
        """Run the tickets' jobs at a moment; in life they run every minute, here when there is something to do."""
        offset = self.time.between(self.start, moment) / timedelta(minutes=1)
        if moment <= self.end:
            heapq.heappush(self.queue, (offset + 0.5, next(self.order), self._run_jobs))

    def _run_jobs(self, room: str = "foredesk.") -> None:
        for job in self.jobs:
            if job.name.startswith(room):
                job.run()

    def _leave_drafts(self) -> None:
        maya = self.college.by_name["Maya Ortiz"]
        words = dict(DRAFT)
        interview = tickets.start_interview(by=maya, goal=words.pop("goal"), perceived_size=words.pop("perceived_size"))
        tickets.save_answers(by=maya, interview=interview, **words)
        ticket = self.going_on["maya-exam-sheets"].ticket
        if ticket is not None:
            tickets.keep_draft(by=self.college.agent("Tomás"), ticket=ticket, purpose="reply", body=BEGUN_REPLY)

    # --- who ---------------------------------------------------------------------------------------------------

    def _telling(self, story: Story, customer: Person, *, room: str = "", agent: str = "") -> Telling:
        slots = {name: self.chance.choice(choices) for name, choices in story.slots.items()}
        return Telling(
            story=story,
            college=self.college,
            customer=customer,
            chance=random.Random(self.chance.random()),
            agent=self.college.agent(agent) if agent else None,
            look_at=self._look_at,
            slots=slots | ({"room": room} if room else {}),
        )

    def _somebody(self, story: Story) -> Person:
        """A customer whose story it could be; some people ask more often than others."""
        departments = story.departments or tuple(self.college.staff)
        weights = [len(self.college.staff[name]) for name in departments]
        staff = self.college.staff[self.chance.choices(departments, weights)[0]]
        often = staff[1:] if len(staff) < 6 else staff[2:7]
        return self.chance.choice(often if self.chance.random() < 0.35 else staff[2:])

    def _customer(self, wanted: str, story: Story) -> Person:
        """By name, by department and number, or somebody whose story it could be."""
        if wanted in self.college.by_name:
            return self.college.by_name[wanted]
        if wanted:
            department, number = wanted.rsplit(" ", 1)
            return self.college.staff[department][int(number)]
        return self._somebody(story)
