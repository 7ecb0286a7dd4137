"""What a customer's short answer by mail decides, and which of the open questions it answers."""

from dataclasses import dataclass

from django.db import transaction

from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets.actions import (
    answer_questions,
    answer_solution,
    confirm_late,
    confirm_restatement,
    correct_restatement,
)
from foredesk.tickets.enums import Answer, News
from foredesk.tickets.models import Restatement, Solution, Ticket
from foredesk.tickets.queries import open_restatement, open_solution, questions_asked, solution_met_by_silence
from foredesk.tickets.rules import answered, can_answer_as_customer, question
from foredesk.tickets.rules.interview import MOST_BY_MAIL

from .. import rules
from ..queries import Thread


@dataclass(frozen=True)
class Decision:
    """`takes_all`: the record of it holds all that was said; else somebody has to read the words as well."""

    answer: Answer
    takes_all: bool


def decide(writer: Person, ticket: Ticket, words: str, thread: Thread, *, has_files: bool) -> Decision | None:
    """Take a plain yes or no to what was asked as just that; None where the words are something else.

    A “yes” to a plain reply of ours says nothing about a fix: where it is known which mail they answer, only what that
    one asked is decided. `has_files`: more came than words, so that no “yes” is plain.
    """
    if not any(_plain(words, of_fix=of_fix, has_files=has_files) for of_fix in (True, False)):
        return None
    solution = open_solution(ticket, writer)
    if solution is not None and _asked(thread, {News.SOLUTION, News.REMINDER}, solution):
        said = _plain(words, of_fix=True, has_files=has_files)
        return Decision(said, takes_all=True) if said and _take_word_on(solution, writer, said, words) else None
    restatement = open_restatement(ticket, writer)
    if restatement is not None and _asked(thread, {News.RESTATED}, restatement):
        said = _plain(words, of_fix=False, has_files=has_files)
        takes_all = said != Answer.YES or not rules.says_more(words)
        return Decision(said, takes_all) if said and _take_word_on(restatement, writer, said, words) else None
    return None


def confirms_late(writer: Person, ticket: Ticket, words: str, thread: Thread, *, has_files: bool) -> bool:
    """Take a plain “yes, it works” to a fix, or to the mail that told of the end, where silence had closed the request.

    It is the customer's last word on it; nothing else is decided, however late it comes.
    """
    solution = solution_met_by_silence(ticket, writer)
    if solution is None or thread.is_by_number or _plain(words, of_fix=True, has_files=has_files) != Answer.YES:
        return False
    tells_of_end = any(news == News.CLOSED for news, _item in thread.told or ())
    if not tells_of_end and not _asked(thread, {News.SOLUTION, News.REMINDER}, solution):
        return False
    try:
        with transaction.atomic():
            confirm_late(by=writer, solution=solution, words=words)
    except Refused:  # a colleague of theirs was faster
        return False
    return True


def _asked(thread: Thread, kinds: set[News], item: Solution | Restatement) -> bool:
    return thread.told is None or any(news in kinds and pk == item.pk for news, pk in thread.told)


def _plain(words: str, *, of_fix: bool, has_files: bool) -> Answer | None:
    said = rules.verdict(words, of_fix=of_fix)
    return None if said == Answer.YES and has_files else said


def _take_word_on(asked: Solution | Restatement, writer: Person, said: Answer, words: str) -> bool:
    try:
        with transaction.atomic():
            if isinstance(asked, Solution):
                answer_solution(by=writer, solution=asked, answer=said, words=words)
            elif said == Answer.YES:
                confirm_restatement(by=writer, restatement=asked)
            else:
                correct_restatement(by=writer, restatement=asked, correction=words)
    except Refused:  # somebody has to read it: parts are open, or a colleague was faster
        return False
    return True


def fill_in(writer: Person, ticket: Ticket, words: str, thread: Thread) -> None:
    """Let answers to the questions of the acknowledgement, by their numbers or below them, complete the interview."""
    may_hold_some = "?" in words or rules.numbered(words, MOST_BY_MAIL)
    if not may_hold_some or ticket.merged_into_id is not None or not can_answer_as_customer(writer, ticket):
        return
    interview = ticket.interview
    asked = questions_asked(ticket)
    texts = [question(prompt, interview).text for prompt in asked]
    found = rules.answers_to(words, texts, thread.mail.text if thread.mail else "")
    said = {asked[number - 1]: answer for number, answer in found.items()}
    still_open = {prompt: answer for prompt, answer in said.items() if not answered(interview, prompt)}
    if still_open:
        answer_questions(by=writer, ticket=ticket, answers=still_open)
