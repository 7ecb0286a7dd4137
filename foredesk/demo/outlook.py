"""What the demo promises: times are measured and promises looked at as the worker would, and two timelines are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from foredesk.forecasts import actions as forecasts
from foredesk.forecasts.models import Milestone
from foredesk.kit import clock
from foredesk.people.models import Person

from .organisation import College
from .telling import DAY, Telling

At = Callable[[float, Callable[[], None]], None]  # do something after so many working minutes
LATELY = DAY  # before the end promises are looked at more often
SELDOM, OFTEN = 60, 10  # working minutes


@dataclass(frozen=True)
class Planned:
    """A step: days from now for which it is planned (None: no day), who sees to it ("" the customer), and if done."""

    title: str
    owner: str
    in_days: int | None = None
    is_done: bool = False


TIMELINES = {
    "course-software-genome": (
        Planned("Licence agreed with the publisher", "Ada", is_done=True),
        Planned("Installed and tried on one computer of the lab", "Ada"),
        Planned("Tried out by the course’s teacher", ""),
        Planned("On all 24 computers of the lab", "Sanjay"),
    ),
    "research-storage": (
        Planned("Size and backup agreed", "Owen", is_done=True),
        Planned("Disks delivered", "Owen", in_days=8),
        Planned("Old data moved over a weekend", "Mirela"),
    ),
}
# Of this one a step turned out to be later than it looked.
DELAYED, DELAYED_BY = "research-storage", 15


def plan_outlook(at: At, length: float, going_on: Mapping[str, Telling], college: College) -> None:
    offset = float(DAY)
    while offset < length:
        at(offset, _look)
        offset += OFTEN if offset > length - LATELY else SELDOM
    for day in range(1, int(length // DAY)):
        at(day * DAY, _measure)
    at(length - 100, lambda: _plan(going_on, college))
    at(length - 40, lambda: _delay(going_on))
    at(length, _look)
    at(length, _measure)


def _look() -> None:
    forecasts.learn()
    forecasts.renew_promises()


def _measure() -> None:
    forecasts.draw_curves()
    forecasts.count_outcomes()
    forecasts.forecast_all_steps()


def _plan(going_on: Mapping[str, Telling], college: College) -> None:
    for key, steps in TIMELINES.items():
        ticket = going_on[key].ticket
        if ticket is None:
            continue
        by = college.agent(steps[0].owner)
        for step in steps:
            owner: Person = college.agent(step.owner) if step.owner else ticket.customer
            planned = None if step.in_days is None else clock.now().date() + timedelta(days=step.in_days)
            made = forecasts.add_step(by=by, ticket=ticket, title=step.title, owner=owner, planned_on=planned)
            if step.is_done:
                forecasts.finish_step(by=by, step=made)


def _delay(going_on: Mapping[str, Telling]) -> None:
    """The delivery comes later than the supplier said."""
    step = Milestone.objects.filter(ticket=going_on[DELAYED].ticket, planned_on__isnull=False).first()
    if step is not None and step.planned_on is not None and step.owner is not None:
        later = step.planned_on + timedelta(days=DELAYED_BY - (TIMELINES[DELAYED][1].in_days or 0))
        forecasts.change_step(by=step.owner, step=step, title=step.title, owner=step.owner, planned_on=later)
