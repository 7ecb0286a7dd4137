"""The activity record in words. What customers and followers read is chosen here; IT reads everything."""

from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foredesk.activity.models import Event

from ..models import Ticket

# Requests that belong together. Each names the other one (`number`), so that it is hidden from who may not see that.
JOINED = frozenset(
    {
        "ticket:merged",
        "ticket:merged:here",
        "ticket:unmerged",
        "ticket:unmerged:here",
        "ticket:split:from",
        "ticket:split:off",
        "ticket:part:of",
        "ticket:part:added",
        "ticket:part:out",
        "ticket:part:removed",
    }
)
# What a forecast says; nobody has to have read it before answering.
_PROMISES = frozenset({"ticket:promised", "ticket:milestone:done", "ticket:milestone:promised"})
# Events that tell a customer something; the rest is on the page in another form, or IT's own.
PUBLIC = frozenset(
    {
        "ticket:taken",
        "ticket:assigned",
        "ticket:handed_over",
        "ticket:waiting",
        "ticket:resumed",
        "ticket:reclassified",
        "ticket:closed",
        "ticket:reopened",
        "ticket:let_go",
        "ticket:follower:added",
        "ticket:made_private",
        "ticket:opened_up",
        "ticket:outage:marked",
        "ticket:outage:over",
        *_PROMISES,
        *JOINED,
    }
)
# What one has to know of before answering: somebody said, asked or decided something.
SAID = PUBLIC - JOINED - {"ticket:follower:added", "ticket:let_go", *_PROMISES} | {
    "ticket:merged:here",
    "ticket:reply:sent",
    "ticket:note:added",
    "ticket:customer:wrote",
    "ticket:outsider:wrote",
    "ticket:restated",
    "ticket:restatement:confirmed",
    "ticket:restatement:corrected",
    "ticket:solution:offered",
    "ticket:solution:answered",
    "ticket:interview:answered",
}
# Shown to IT between the messages; the others only in the whole record.
IN_CONVERSATION = PUBLIC | {
    "ticket:impact",
    "ticket:stance",
    "ticket:restatement:skipped",
    "ticket:put_back",
    "ticket:came_over",
    "ticket:escalated",
    "ticket:pierced",
    "ticket:mail:bounced",
    "ticket:interview:answered",
    "ticket:copies:left_out",
    "ticket:answers:digest",
    "ticket:answers:several",
}


def words_of(event: Event, *, in_it: bool, whole: bool = False, reads: bool = True) -> str:
    """One sentence about an event, or nothing where the reader sees it elsewhere or not at all.

    `reads`: the reader may read the conversation; else what somebody said in it stays out of the sentence too.
    """
    if not whole and event.tag not in (IN_CONVERSATION if in_it else PUBLIC):
        return ""
    sentence = str(("" if reads else _BARE_SENTENCES.get(event.tag, "")) or _SENTENCES.get(event.tag, ""))
    data: dict[str, Any] = {"by": event.by.full_name if event.by else "Foredesk", **event.data}
    if "numbers" in data:
        data["numbers"] = ", ".join(map(str, data["numbers"]))
    if event.tag == "ticket:reclassified" and not data.get("size_changed") and not in_it:
        return ""
    return sentence.format_map(_Gentle(data)) if sentence else ""


class _Gentle(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


# The turn alone, for those with whom the customer does not share what was said about it.
_BARE_SENTENCES = {
    "ticket:reclassified": _("Now counted as “{service_class}”, {size}."),
    "ticket:handed_over": _("Handed to {to}."),
    "ticket:waiting": _("Waiting for {holder}."),
    "ticket:outage:marked": _("Treated as an outage."),
    "ticket:outage:over": _("No longer treated as an outage."),
    "ticket:promised": _("There is a new time for it."),
}


_SENTENCES = {
    "ticket:submitted": _("{by} asked."),
    "ticket:imported": _("Brought here from {source}, where its number was {source_id}."),
    "ticket:taken": _("{by} took it on."),
    "ticket:assigned": _("{by} asked {assignee} to take it on."),
    "ticket:pierced": _("{by} reached {whom} in focus: an emergency ({cause}). {reason}"),
    "ticket:put_back": _("{by} put it back for the next free hands."),
    "ticket:reply:sent": _("{by} replied."),
    "ticket:note:added": _("{by} kept a note for IT."),
    "ticket:customer:wrote": _("{by} wrote."),
    "ticket:outsider:wrote": _("{by}, who does not belong to this request, wrote: {why}"),
    "ticket:outsider:let_in": _("{by} let {follower} in, and everybody here read what they wrote."),
    "ticket:copies:left_out": _("Not everybody on copy was added: of {number} nobody here knows anything."),
    "ticket:answers:digest": _("It answers our mail of the day about {numbers}."),
    "ticket:answers:several": _("It answers our mail about {numbers}."),
    "ticket:interview:answered": _("{by} answered open questions."),
    "ticket:mail:bounced": _("A mail to {address} came back: {reason}"),
    "ticket:restated": _("{by} restated the need."),
    "ticket:restatement:confirmed": _("{by} confirmed the restatement."),
    "ticket:restatement:corrected": _("{by} corrected the restatement."),
    "ticket:restatement:skipped": _("{by} went on without a restatement: {reason}"),
    "ticket:stance": _("{by} on the customer’s idea: {stance} {because}"),
    "ticket:reclassified": _("Now counted as “{service_class}”, {size}. {reason}"),
    "ticket:made_private": _("{by} made it private: in IT, only {teams} see it."),
    "ticket:opened_up": _("{by} moved it to a kind of request that everybody of IT sees."),
    "ticket:impact": _("{by} set who is held up: {people} × {severity}. {reason}"),
    "ticket:outage:marked": _("Treated as an outage, with a word at least every 30 minutes: {reason}"),
    "ticket:outage:over": _("No longer treated as an outage: {reason}"),
    "ticket:handed_over": _("Handed to {to}. {why}"),
    "ticket:waiting": _("Waiting for {holder}: {reason}"),
    "ticket:resumed": _("Back at work."),
    "ticket:next_update": _("{by} set the next update."),
    "ticket:solution:offered": _("{by} offered a fix."),
    "ticket:solution:answered": _("{by} answered: {answer}."),
    "ticket:reminded": _("Foredesk reminded the customer of the offered fix."),
    "ticket:closed": _("Closed: {reason}."),
    "ticket:reopened": _("Opened again."),
    "ticket:escalated": _("After {after} without {without}, {to} heard of it."),
    "ticket:promised": _("There is a new time for it. {reason}"),
    "ticket:milestone:promised": _("New dates for steps: {subject}. {reason}"),
    "ticket:milestone:added": _("{by} added a step: {subject}."),
    "ticket:milestone:changed": _("{by} changed a step: {subject}."),
    "ticket:milestone:done": _("{by} finished a step: {subject}."),
    "ticket:milestone:reopened": _("{by} took up a step again: {subject}."),
    "ticket:milestone:removed": _("{by} took a step off: {subject}."),
    "ticket:let_go": _("Words and files were let go, {months} months after it was closed."),
    "ticket:follower:added": _("{follower} follows: {why}."),
    "ticket:follower:measure": _("{follower} now hears {measure}."),
    "ticket:follower:removed": _("{follower} no longer follows."),
    "ticket:shared": _("{by} changed what followers may read."),
    "ticket:merged": _("It goes on in request {number}."),
    "ticket:merged:here": _("Request {number} is the same matter and goes on here."),
    "ticket:unmerged": _("It goes on by itself again."),
    "ticket:unmerged:here": _("Request {number} goes on by itself again."),
    "ticket:came_over": _("{by} wrote on request {number}, which goes on here:"),
    "ticket:split:from": _("Split off from request {number}."),
    "ticket:split:off": _("A part of this is request {number} now."),
    "ticket:part:of": _("It is part of request {number} now."),
    "ticket:part:added": _("Request {number} is part of this now."),
    "ticket:part:out": _("It is no longer part of request {number}."),
    "ticket:part:removed": _("Request {number} is no longer part of this."),
    "ticket:part:open": _("{by} knew that its part, request {number}, was still open."),
    "ticket:linked": _("{by} noted that it has to do with request {number}."),
    "ticket:unlinked": _("{by} took the link with request {number} back."),
}


def sentence(words: str) -> str:
    """What somebody wrote into a field, as a sentence: it ends in one mark."""
    words = words.strip()
    return words if words.endswith((".", "?", "!", "…")) or not words else f"{words}."


def who_sees(ticket: Ticket) -> str:
    """A sentence for the customer of a private request; nothing for the others."""
    if not ticket.service_class.is_private:
        return ""
    teams = get_text_list([f"“{team.name}”" for team in ticket.service_class.teams.all()], gettext("and"))
    return gettext("It is private: only you, whom you name, and in IT %(teams)s see it.") % {"teams": teams}
