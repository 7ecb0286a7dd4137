"""The questions that a mailed request left open, for pages that put them together."""

from collections.abc import Mapping
from dataclasses import dataclass

from foredesk.tickets.enums import Prompt
from foredesk.tickets.models import Interview
from foredesk.tickets.rules import open_questions, question


@dataclass(frozen=True)
class Question:
    """`name`: of the field that takes its answer; `words`: what was typed there before, when the form comes back."""

    name: str
    text: str
    help: str
    words: str = ""


def questions_for(interview: Interview, given: Mapping[str, str] | None = None) -> list[Question]:
    """What is still open, as fields of one form."""
    found = []
    for prompt in open_questions(interview):
        asked = question(prompt, interview)
        found.append(Question(prompt.value, asked.text, asked.help, (given or {}).get(prompt.value, "")))
    return found


def answers_in(given: Mapping[str, str]) -> dict[Prompt, str]:
    """What was answered in such a form; no database takes a NUL."""
    return {prompt: given[prompt.value].replace("\0", "") for prompt in Prompt if prompt.value in given}
