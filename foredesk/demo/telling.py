"""One story told once: who plays in it, which words fill its slots, and what happens after how long."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from foredesk.calendars.queries import working_time_at
from foredesk.catalogue.enums import LaneKey, Size
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import default_class, lane
from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.tickets import actions as tickets
from foredesk.tickets.enums import (
    Answer,
    Audience,
    Channel,
    FollowerReason,
    Holder,
    Measure,
    PerceivedSize,
    Severity,
    Stance,
    State,
)
from foredesk.tickets.models import Ticket

from .organisation import College
from .stories.slots import COURSES, OTHER_COURSES, SLOTS, curl, fill_slots
from .stories.story import (
    Agent,
    Belongs,
    Customer,
    Fix,
    Follow,
    HandOff,
    Judge,
    Note,
    Resize,
    Restate,
    SkipRestatement,
    SplitOff,
    Step,
    Story,
    Wait,
    Withdraw,
)

DAY = 540  # working minutes of the college's day
# Nobody answers a fix later than this: some kinds of requests close after 960 working minutes of silence, and remind
# after half of that.
PATIENCE = 900
SOON = 300
# How long somebody of IT sits at a request before each thing they do, by its size; and how often the page says so.
MINUTES_AT_IT = {Size.MOMENT: (1, 7), Size.HOUR: (4, 22), Size.BIGGER: (10, 45)}
SIGN_OF_LIFE = 110  # seconds


@dataclass
class Beat:
    """Something that happens `after` so many working minutes."""

    after: float
    do: Callable[[], None]


@dataclass
class Telling:
    """`steps` of the story happen (None: all); with `unanswered` the last one's answer is still to come."""

    story: Story
    college: College
    customer: Person
    chance: random.Random
    steps: int | None = None
    unanswered: bool = False
    agent: Person | None = None  # who begins; None: somebody of the lane
    deep_agent: Person | None = None
    look_at: Callable[[datetime], None] = field(default=lambda _moment: None)  # the jobs have something to do then
    promise: datetime | None = None  # the next word, of a story still going on
    slots: dict[str, str] = field(default_factory=dict)
    going_on: Mapping[str, "Telling"] = field(default_factory=dict)  # the other stories of the present, by key
    ticket: Ticket | None = None

    def __post_init__(self) -> None:
        drawn = {name: self.chance.choice(choices) for name, choices in SLOTS.items()}
        drawn["course"] = self.chance.choice(COURSES.get(self._department(), OTHER_COURSES))
        colleagues = [p for p in self.college.staff[self._department()] if p.pk != self.customer.pk]
        self.colleague = self.chance.choice(colleagues)
        drawn |= {"me": self.customer.first_name, "colleague": self.colleague.full_name}
        self.slots = drawn | self.slots
        self.agent = self.agent or self.chance.choice(self.college.agents[LaneKey.RAPID])
        self.deep_agent = self.deep_agent or self.chance.choice(self.college.agents[LaneKey.DEEP])
        self.pace = random.Random(f"{self.story.key} {self.customer.pk}")

    def _department(self) -> str:
        return self.customer.department.name if self.customer.department else next(iter(self.college.staff))

    # --- words ---------------------------------------------------------------------------------------

    def says(self, text: str) -> str:
        """The customer's words, as typed."""
        return fill_slots(text, self._words(), self.chance)

    def it_says(self, text: str) -> str:
        """IT's words, in the name of whoever is on it now."""
        return curl(fill_slots(text, self._words(), self.chance))

    def _words(self) -> dict[str, str]:
        return self.slots | {"agent": self.hands.first_name}

    # --- what happens when -----------------------------------------------------------------------------

    def beats(self) -> list[Beat]:
        """Everything that happens, in order. Lengths vary by telling; call it once."""
        told = self.story.steps if self.steps is None else self.story.steps[: self.steps]
        beats = [Beat(0, self._open)]
        for number, step in enumerate(told):
            pause = step.after * self.chance.uniform(0.7, 1.4)
            if number == 0 or isinstance(told[number - 1], HandOff):
                beats.append(Beat(pause * 0.6, self._take))
                pause *= 0.4
            beats.append(Beat(pause, partial(self._do, step)))
            is_last = number == len(told) - 1
            if not (is_last and self.unanswered):
                beats += self._answers(step)
        if self.promise and told:
            beats.append(Beat(0, self._promise))
        return beats

    def _answers(self, step: Step) -> Iterator[Beat]:
        match step:
            case Restate():
                answer = partial(self._answer_restatement, step)
            case Fix(answer=word) if word:
                answer = partial(self._answer_fix, step)
            case _:
                return
        yield Beat(min(step.answered_after * self.chance.uniform(0.6, 1.5), PATIENCE), answer)

    @property
    def hands(self) -> Person:
        """Who of IT is on it."""
        assert self.agent  # noqa: S101 (drawn at the beginning)
        assert self.deep_agent  # noqa: S101
        if self.ticket is None:
            return self.agent
        if self.ticket.assignee_id is not None:
            return self.college.of_it(self.ticket.assignee_id)
        return self.deep_agent if self.ticket.lane.key == LaneKey.DEEP else self.agent

    def _the_ticket(self) -> Ticket:
        """As the last beat left it; the actions bring it up to date when they lock it."""
        assert self.ticket  # noqa: S101 (the first beat makes it)
        return self.ticket

    # --- the customer's beats ----------------------------------------------------------------------------

    def _open(self) -> None:
        self._look_at_the_clock()
        story = self.story
        service_class = self.college.classes[story.service_class] if story.service_class else None
        severity = Severity(story.severity or Severity.SLOWED)
        if story.channel != Channel.PORTAL:
            self.ticket = tickets.log_call(
                by=self.hands,
                customer=self.customer,
                words=self.says(story.goal),
                channel=Channel(story.channel),
                service_class=service_class,
                severity=severity,
                people_held_up=story.people or 1,
                subject=self.says(story.subject),
            )
            return
        typing = timedelta(minutes=self.chance.uniform(0.5, 6))
        with clock.at(clock.now() - typing):
            interview = tickets.start_interview(
                by=self.customer,
                goal=self.says(story.goal),
                perceived_size=PerceivedSize(story.perceived).value if story.perceived else "",
                service_class=service_class,
            )
            words = ("happened", "theory", "tried", "impact", "needed_by", "fixed")
            answers = {name: self.says(getattr(story, name)) for name in words if getattr(story, name)}
            tickets.save_answers(
                by=self.customer,
                interview=interview,
                severity=severity if story.severity else "",
                people_held_up=story.people,
                **answers,
            )
        self.ticket = tickets.send_interview(by=self.customer, interview=interview)

    def _look_at_the_clock(self) -> None:
        """People speak of hours and days to come: draw them from the moment of asking."""
        local = clock.now().astimezone(self.college.zone)
        later = local + timedelta(minutes=self.chance.randint(45, 150))
        later -= timedelta(minutes=later.minute % 15)
        days = [day for number, day in enumerate(SLOTS["day"]) if number != local.weekday()]
        tomorrow = "Monday" if local.weekday() >= SLOTS["day"].index("Friday") else "tomorrow"
        drawn = {
            "clock": f"{later:%-H:%M}" if later.hour < 17 and later.date() == local.date() else f"9:00 {tomorrow}",
            "tomorrow": tomorrow,
            "day": self.chance.choice(days),
        }
        self.slots |= drawn

    def _answer_restatement(self, step: Restate) -> None:
        restatement = self._the_ticket().restatements.filter(is_right=None).latest("id")
        if step.correction:
            words = self.says(step.correction)
            tickets.correct_restatement(by=self.customer, restatement=restatement, correction=words)
        else:
            tickets.confirm_restatement(by=self.customer, restatement=restatement)

    def _answer_fix(self, step: Fix) -> None:
        solution = self._the_ticket().solutions.filter(answer="").latest("id")
        words = self.says(step.words)
        tickets.answer_solution(by=self.customer, solution=solution, answer=Answer(step.answer), words=words)

    # --- IT's beats ------------------------------------------------------------------------------------------

    def _take(self) -> None:
        tickets.take(by=self.hands, ticket=self._the_ticket())

    def _promise(self) -> None:
        ticket = self._the_ticket()
        if self.promise and ticket.state in {State.WORKING, State.WAITING}:
            tickets.set_next_update(by=self.hands, ticket=ticket, at=self.promise)

    def _sit(self, by: Person, ticket: Ticket) -> None:
        """Have the page open before acting, for as long as such work takes."""
        least, most = MINUTES_AT_IT[Size(ticket.size)]
        signs = round(self.pace.triangular(least, most, least) * 60 / SIGN_OF_LIFE)
        for number in range(signs, 0, -1):
            with clock.at(clock.now() - timedelta(seconds=number * SIGN_OF_LIFE)):
                tickets.visit(by=by, ticket=ticket)

    def _do(self, step: Step) -> None:  # noqa: C901 (one line for each kind of step)
        ticket = self._the_ticket()
        by = self.hands
        if not isinstance(step, Customer | Withdraw):
            self._sit(by, ticket)
        match step:
            case Restate():
                tickets.restate(by=by, ticket=ticket, text=self.it_says(step.text))
            case SkipRestatement():
                tickets.skip_restatement(by=by, ticket=ticket, reason=self.it_says(step.because))
            case Judge():
                self._judge(step, ticket, by)
            case Agent():
                tickets.reply(by=by, ticket=ticket, body=self.it_says(step.text), audience=Audience.EVERYONE)
            case Customer():
                tickets.write_as_customer(by=self.customer, ticket=ticket, body=self.says(step.text))
            case Note():
                self._note(step, ticket, by)
            case Resize():
                self._resize(step, ticket, by)
            case HandOff():
                self._hand_off(step, ticket, by)
            case Wait():
                self._wait(step, ticket, by)
            case Fix():
                self._offer(step, ticket, by)
            case Follow():
                self._follow(step, ticket, by)
            case Belongs():
                self._join(step, ticket, by)
            case SplitOff():
                latest = ticket.messages.filter(author=self.customer).latest("at")
                kind = self.college.classes[step.service_class]
                tickets.split(by=by, ticket=ticket, messages=[latest], subject=step.subject, service_class=kind)
            case Withdraw():
                tickets.withdraw(by=self.customer, ticket=ticket, words=self.says(step.words))

    def _join(self, step: Belongs, ticket: Ticket, by: Person) -> None:
        other = self.going_on[step.other].ticket
        assert other  # noqa: S101 (it began before this one)
        if step.how == "merge":
            tickets.merge(by=by, ticket=ticket, into=other)
        else:
            tickets.make_part_of(by=by, ticket=ticket, parent=other)

    def _judge(self, step: Judge, ticket: Ticket, by: Person) -> None:
        if ticket.interview.theory:
            because = self.it_says(step.because)
            tickets.take_stance(by=by, ticket=ticket, stance=Stance(step.stance), because=because)

    def _note(self, step: Note, ticket: Ticket, by: Person) -> None:
        mentioned = [self.college.agent(step.mention)] if step.mention else []
        others = [person for person in mentioned if person.pk != by.pk]
        tickets.add_note(by=by, ticket=ticket, body=self.it_says(step.text), mentions=others)

    def _resize(self, step: Resize, ticket: Ticket, by: Person) -> None:
        service_class: ServiceClass = (
            self.college.classes[step.service_class] if step.service_class else ticket.service_class
        )
        if service_class.pk == default_class().pk and self.story.service_class:
            service_class = self.college.classes[self.story.service_class]
        size, reason = Size(step.size), self.it_says(step.reason)
        tickets.classify(by=by, ticket=ticket, service_class=service_class, size=size, reason=reason)

    def _hand_off(self, step: HandOff, ticket: Ticket, by: Person) -> None:
        tried, why = self.it_says(step.tried), self.it_says(step.why)
        if ticket.lane.key == step.to:  # the class brought it to the right lane at once
            tickets.add_note(by=by, ticket=ticket, body=tried)
            return
        tickets.hand_off(by=by, ticket=ticket, to_lane=lane(LaneKey(step.to)), tried=tried, why=why)

    def _wait(self, step: Wait, ticket: Ticket, by: Person) -> None:
        until = working_time_at(None).add(clock.now(), timedelta(minutes=step.days * DAY))
        reason = self.it_says(step.reason)
        tickets.wait_for(by=by, ticket=ticket, holder=Holder(step.holder), reason=reason, until=until)
        self.look_at(until)

    def _offer(self, step: Fix, ticket: Ticket, by: Person) -> None:
        ticket.refresh_from_db(fields=["state"])  # the wait may have ended by itself
        if ticket.state == State.WAITING:
            tickets.resume(by=by, ticket=ticket)
        text, checked = self.it_says(step.text), self.it_says(step.checked)
        solution = tickets.offer_solution(by=by, ticket=ticket, text=text, checked_how=checked)
        if not step.answer or step.answered_after > SOON:
            self.look_at(solution.remind_at)
            self.look_at(solution.close_at)

    def _follow(self, step: Follow, ticket: Ticket, by: Person) -> None:
        department = self.customer.department
        manager = self.customer.manager or (department.head if department else None)
        person = manager if step.who == "manager" else self.colleague
        if person is not None and person.pk != self.customer.pk:
            reason, measure = FollowerReason(step.reason), Measure(step.measure)
            tickets.follow(by=by, ticket=ticket, person=person, reason=reason, measure=measure)
