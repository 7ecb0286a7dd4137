"""Which page of the interview to show: the questions asked for, or the next ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from foredesk.tickets.enums import Prompt
from foredesk.tickets.models import Interview
from foredesk.tickets.rules import next_prompts, plan

KIND = "kind"
LAST_LOOK = "last-look"


@dataclass(frozen=True)
class Step:
    """One page. Without prompts and kind it is the last look before sending."""

    prompts: Sequence[Prompt] = ()
    asks_kind: bool = False

    @property
    def key(self) -> str:
        """How an address names this page: “theory,tried”."""
        if self.prompts:
            return ",".join(prompt.value for prompt in self.prompts)
        return KIND if self.asks_kind else LAST_LOOK


def step_named(key: str, interview: Interview) -> Step:
    """The page with that name where the interview has it, else the next one."""
    if key == KIND:
        return Step(asks_kind=True)
    if key == LAST_LOOK:
        return Step()
    named = [Prompt(value) for value in key.split(",") if value in Prompt.values]
    # Not only those of the plan: an answer once given can be changed though the question would not be put today.
    return _with_kind(interview, named[:2]) if named else next_step(interview)


def next_step(interview: Interview) -> Step:
    """The kind first where the words do not give it away, because it decides what is worth asking."""
    upcoming = next_prompts(interview)
    if Prompt.GOAL in upcoming:
        return Step(upcoming)
    if interview.service_class is None and not interview.kind_chosen:
        return Step(asks_kind=True)
    return _with_kind(interview, upcoming)


def step_before(step: Step, interview: Interview) -> Step | None:
    """The page before this one; None at the first."""
    order = plan(interview)
    if step.key == KIND:
        return Step([Prompt.GOAL])
    first = next((place for place, prompt in enumerate(order) if prompt in step.prompts), len(order))
    if first == 0:
        return None
    before = order[first - 1]
    pair = [Prompt.THEORY, Prompt.TRIED]
    return Step(pair if before == Prompt.TRIED and Prompt.THEORY in order else [before])


def number_of(step: Step, interview: Interview) -> tuple[int, int]:
    """Which question this is, counted from 1, of how many at most."""
    order = plan(interview)
    numbers = [order.index(prompt) + 1 for prompt in step.prompts if prompt in order]
    return (numbers[0] if numbers else len(order), len(order))


def _with_kind(interview: Interview, prompts: Sequence[Prompt]) -> Step:
    # A kind that was only guessed stands beside the next question, to be set right with one click.
    guessed = interview.service_class is not None and not interview.kind_chosen
    return Step(prompts, asks_kind=guessed and bool(prompts) and Prompt.GOAL not in prompts)
