"""The technology interview as a conversation: what to ask next, in which words, and what it amounts to.

The librarian's reference interview (RUSA guidelines; Dervin's situation, gap, use) applied to technology:
neutral, open questions, every one skippable, each answer changing or skipping the next.
"""

import re
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.catalogue.enums import Nature, Size
from foredesk.catalogue.models import Lane, ServiceClass

from ..enums import PerceivedSize, Prompt, Severity
from ..models import Interview

# A goal of no more than this many characters, on something that usually takes a moment, is a short request.
SHORT_GOAL = 60


@dataclass(frozen=True)
class Question:
    text: str
    help: str = ""
    placeholder: str = ""


@dataclass(frozen=True)
class Assessment:
    """What IT makes of an interview: `why` and `mismatch` are sentences for the customer."""

    service_class: ServiceClass
    size: Size
    lane: Lane
    why: str
    mismatch: str = ""


def _nature(interview: Interview) -> Nature:
    return Nature(interview.service_class.nature) if interview.service_class else Nature.TROUBLE


def is_short(interview: Interview) -> bool:
    """“My password”: something that usually takes a moment, said in a few words. No more questions than needed."""
    if interview.service_class is None or interview.service_class.usual_size != Size.MOMENT:
        return False
    if interview.perceived_size:
        return interview.perceived_size == PerceivedSize.MOMENT
    return len(interview.goal) <= SHORT_GOAL


def answered(interview: Interview, prompt: Prompt) -> bool:
    if prompt == Prompt.IMPACT:
        return bool(interview.impact or interview.severity)
    return bool(getattr(interview, prompt.value))


def plan(interview: Interview) -> list[Prompt]:
    """The prompts that make sense for what is known so far, in their order."""
    nature = _nature(interview)
    if is_short(interview):
        return [Prompt.GOAL, Prompt.IMPACT]
    if nature == Nature.QUESTION:
        return [Prompt.GOAL, Prompt.TRIED, Prompt.IMPACT]
    if nature == Nature.WISH:
        return [Prompt.GOAL, Prompt.HAPPENED, Prompt.IMPACT, Prompt.FIXED]
    prompts = list(Prompt)
    if Prompt.HAPPENED in interview.skipped and Prompt.THEORY in interview.skipped:
        prompts.remove(Prompt.TRIED)  # in a hurry: go on to what hangs on it
    if interview.severity == Severity.ANNOYED and interview.people_held_up in {None, 1} and not interview.fixed:
        prompts.remove(Prompt.FIXED)
    return prompts


def next_prompts(interview: Interview) -> list[Prompt]:
    """The one or two prompts to put next; empty when nothing is left to ask."""
    open_prompts = [p for p in plan(interview) if p not in interview.skipped and not answered(interview, p)]
    if not open_prompts:
        return []
    first = open_prompts[0]
    # A theory and what was tried for it belong to one thought.
    if first == Prompt.THEORY and open_prompts[1:2] == [Prompt.TRIED]:
        return [Prompt.THEORY, Prompt.TRIED]
    return [first]


# What to ask first by mail, where three questions are all that anybody answers.
_BY_MAIL = (Prompt.GOAL, Prompt.HAPPENED, Prompt.TRIED, Prompt.IMPACT, Prompt.FIXED, Prompt.THEORY)
MOST_BY_MAIL = 3
# Words by which a mail has told already what a question would ask for.
_TOLD = {
    Prompt.HAPPENED: re.compile(
        r"\b(error|message|says|shows|instead|crash\w*|fehler\w*|erreur|meldung)\b", re.IGNORECASE
    ),
    Prompt.TRIED: re.compile(
        r"\b(tried|restart\w*|reboot\w*|reinstall\w*|turned it off|versucht|neu gestartet|essayé)\b", re.IGNORECASE
    ),
    Prompt.IMPACT: re.compile(
        r"\b(urgent\w*|deadline|by (mon|tues|wednes|thurs|fri)day|dringend|asap)\b", re.IGNORECASE
    ),
}


def open_questions(interview: Interview) -> list[Prompt]:
    """What a mailed request left open and is worth asking, at most three: not what its words tell already."""
    asked = plan(interview)
    return [
        prompt
        for prompt in _BY_MAIL
        if prompt in asked
        and prompt not in interview.skipped
        and not answered(interview, prompt)
        and not (prompt in _TOLD and _TOLD[prompt].search(interview.goal))
    ][:MOST_BY_MAIL]


def progress(interview: Interview) -> tuple[int, int]:
    """Which question comes next, counted from 1, and how many there are at most."""
    prompts = plan(interview)
    upcoming = next_prompts(interview)
    return (prompts.index(upcoming[0]) + 1 if upcoming else len(prompts), len(prompts))


_CHANGE_WORDS = re.compile(r"\b(since|after|new|moved|changed|update[ds]?|yesterday|suddenly)\b", re.IGNORECASE)
_WAY_ROUND = re.compile(
    r"\b(instead|meanwhile|workaround|work-around|another|other|helps|works if|for now)\b", re.IGNORECASE
)
_TROUBLE_WORDS = re.compile(
    r"\b(but|instead|error|won.?t|does ?n.?t|can.?t|cannot|stuck|broken|fails?)\b", re.IGNORECASE
)


def question(prompt: Prompt, interview: Interview) -> Question:
    """The words of a prompt, fitted to what was said before."""
    nature = _nature(interview)
    if prompt == Prompt.GOAL:
        return Question(
            _("What were you trying to get done?"),
            _("Tell us in your own words. There is no wrong way to say it."),
            _("I was trying to print the exam sheets and …"),
        )
    if prompt == Prompt.HAPPENED:
        return _happened(interview, nature)
    if prompt == Prompt.THEORY:
        return _theory(interview)
    if prompt == Prompt.TRIED:
        return _tried(interview, nature)
    if prompt == Prompt.IMPACT:
        return _impact(interview, nature)
    return _fixed(interview, nature)


def _theory(interview: Interview) -> Question:
    text = _("What do you think is going on?")
    if Prompt.HAPPENED in interview.skipped:
        return Question(text, _("Even a hunch helps: what was different from the last time it worked?"))
    if _CHANGE_WORDS.search(interview.happened + " " + interview.goal):
        return Question(text, _("You noticed a change. Could it have to do with that? Your guess helps."))
    return Question(
        text, _("Your guess helps, even if you are not sure. You know your work best."), _("It started after …")
    )


def _tried(interview: Interview, nature: Nature) -> Question:
    if nature == Nature.QUESTION:
        return Question(_("Where have you looked, or what have you tried?"), _("So that we start where you are."))
    if interview.theory:
        return Question(
            _("Have you had a chance to try something because of that?"),
            _("So that nobody asks you to do it again. “Not yet” is fine."),
        )
    return Question(
        _("What have you already tried?"), _("So that nobody asks you to do it again. “Nothing yet” is fine.")
    )


def _impact(interview: Interview, nature: Nature) -> Question:
    if nature != Nature.TROUBLE:
        return Question(_("What hangs on it, and by when?"), _("It helps us to put first things first."))
    if _WAY_ROUND.search(interview.tried):
        return Question(
            _("You found a way round. What can’t you do all the same?"), _("It helps us to put first things first.")
        )
    return Question(_("What can’t you do until this works?"), _("It helps us to put first things first."))


def _fixed(interview: Interview, nature: Nature) -> Question:
    if nature == Nature.WISH:
        return Question(_("How will you know that it is right?"), _("What should it be able to do, and for whom?"))
    if interview.severity == Severity.STOPPED:
        return Question(
            _("What would get you going again, and what would “fixed” look like?"),
            _("We look for the first at once, and stay with it until you have the second."),
        )
    if (interview.people_held_up or 1) > 1:
        return Question(
            _("What would “fixed” look like, for you and the others?"),
            _("When you can say “that’s it”, we are done. Until then we are not."),
        )
    return Question(
        _("What would “fixed” look like to you?"),
        _("When you can say “that’s it”, we are done. Until then we are not."),
        _("A whole class set prints without me standing next to it."),
    )


def _happened(interview: Interview, nature: Nature) -> Question:
    if nature == Nature.WISH:
        return Question(_("How do you manage without it at the moment?"), _("It often shows us a quicker way."))
    if _TROUBLE_WORDS.search(interview.goal):
        return Question(
            _("What do you see when that happens?"),
            _("A message, a light, nothing at all. A picture of the screen is worth a lot."),
        )
    return Question(
        _("What happened instead?"), _("A message, a light, nothing at all. A picture of the screen is worth a lot.")
    )


def acknowledgement(interview: Interview) -> str:
    """One kind sentence about what was said last; empty before the first answer."""
    seen = [p for p in plan(interview) if p in interview.skipped or answered(interview, p)]
    if not seen:
        return ""
    last = seen[-1]
    if last == Prompt.TRIED and last in interview.skipped and answered(interview, Prompt.THEORY):
        last = Prompt.THEORY  # they were asked together, and one of them was answered
    if last in interview.skipped:
        return _("That is fine. We will find out together.")
    if last == Prompt.IMPACT and interview.severity == Severity.STOPPED:
        people = interview.people_held_up or 1
        return ngettext(
            "Thank you. We have noted that your work stands still.",
            "Thank you. We have noted that the work of %(people)d people stands still.",
            people,
        ) % {"people": people}
    return {
        Prompt.GOAL: _("Thank you, that is a good start."),
        Prompt.HAPPENED: _("Thank you. That tells us a lot."),
        Prompt.THEORY: _("Thank you. We will look at your idea and tell you what we find."),
        Prompt.TRIED: _("Good to know. You will not have to do that twice."),
        Prompt.IMPACT: _("Thank you. That helps us to plan."),
        Prompt.FIXED: _("Thank you. That is what we will measure ourselves by."),
    }[last]


# A line of its own above what somebody writes by mail.
_GREETING = re.compile(
    r"\A(hi|hello|hey|dear|good (morning|afternoon|evening)|hallo|liebe[rs]?|guten (tag|morgen)|bonjour|hola)\b"
    r"(([ \t]+[^\s,.!:]+){0,4}[,.!:]|([ \t]+\w+)?)[ \t]*\n\s*",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(hi|hello|dear [^,]*)?[,!.\s]*"
    r"(i (was|am|'m|’m) trying to|i('d| would) like to|i (want|need|tried) to|trying to|to)\s+",
    re.IGNORECASE,
)
_TURNED = {
    "i am": "you are",
    "i'm": "you are",
    "i was": "you were",
    "i": "you",
    "we": "you",
    "my": "your",
    "our": "your",
    "mine": "yours",
    "me": "you",
    "us": "you",
    "myself": "yourself",
}
_FIRST_PERSON = re.compile(r"\b(i am|i['’]m|i was|i|we|my|our|mine|me|us|myself)\b", re.IGNORECASE)


def _to_second_person(words: str) -> str:
    """The customer's words seen from IT's side; a draft for an agent to edit, not a translation."""
    sentence = words.strip().split("\n", 1)[0].rstrip(" .!?")
    sentence = _FIRST_PERSON.sub(lambda found: _TURNED[found[0].lower().replace("’", "'")], sentence)
    return sentence[:1].lower() + sentence[1:] if not sentence[:2].isupper() else sentence


def drafted_restatement(interview: Interview) -> str:
    """A first version of the restatement, for the agent to make better; empty when there is nothing to go by."""
    if not interview.goal:
        return ""
    wanted, is_wish = _LEAD_IN.subn("", _GREETING.sub("", interview.goal) or interview.goal)
    goal = _to_second_person(wanted)
    parts = [(_("You want to %(goal)s") if is_wish else _("You told us: %(goal)s")) % {"goal": goal}]
    if interview.happened:
        parts[0] += _("; instead: %(happened)s") % {"happened": _to_second_person(interview.happened)}
    if interview.severity == Severity.STOPPED:
        people = interview.people_held_up or 1
        parts.append(
            ngettext(
                "Until then your work stands still", "Until then the work of %(people)d people stands still", people
            )
            % {"people": people}
        )
    if interview.needed_by:
        parts.append(_("You need it by: %(when)s") % {"when": interview.needed_by})
    if interview.fixed:
        parts.append(_("It is solved when: %(fixed)s") % {"fixed": _to_second_person(interview.fixed)})
    return ". ".join(parts) + "."


_PREFIXES = re.compile(
    r"\A(?:\s*(?:(?:re|aw|antw|sv|vs|odp|rif|ref|res|fwd?|wg|wtr|doorst|tr|rv|enc|vb|vl)(?:\s?\[\d{1,3}\])?\s*[:：]"
    r"|\[(?:ext(?:ern(?:al)?)?|extern(?:e)?)\]|external:))+\s*",
    re.IGNORECASE,
)


def title_of(subject: str) -> str:
    """What the subject of a mail is about, on one line: without what programs put before it when it goes round."""
    words = " ".join(subject.split())
    return _PREFIXES.sub("", words) or words


def subject_of(words: str) -> str:
    """A short title from somebody's first words; at most 80 characters, cut between words."""
    first = re.split(r"[\n.!?](?:\s|$)", _GREETING.sub("", words.strip()), maxsplit=1)[0].strip()
    title = _LEAD_IN.sub("", first) or first
    short = str(Truncator(title).chars(80))
    if len(title) > 80 and " " in short:
        short = short.rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
    return (short[:1].upper() + short[1:]) if short else _("A request without words")


def assess(interview: Interview, default: ServiceClass) -> Assessment:
    """Class, size and lane for an interview, with the reasons as the customer reads them.

    `default` takes what nobody could place yet.
    """
    service_class = interview.service_class or default
    perceived = interview.perceived_size
    size = Size(service_class.usual_size)
    if service_class.is_default and perceived in Size.values:
        size = Size(perceived)  # nobody knows better yet
    lane = service_class.lane
    goes = f"{lane.name}, {lane.explanation.rstrip('.')}" if lane.explanation else lane.name
    words = {"lane": goes, "class": service_class.name, "usual": _usually(size)}
    if service_class.is_default:
        why = _("Your request goes to %(lane)s. They look at it first and find the right hands for it.") % words
    else:
        why = _("Your request goes to %(lane)s: “%(class)s” usually takes %(usual)s.") % words
    return Assessment(service_class, size, lane, why, _mismatch(service_class, size, perceived))


def _usually(size: Size) -> str:
    return _("more than an hour") if size == Size.BIGGER else str(size.label)


def _mismatch(service_class: ServiceClass, size: Size, perceived: str) -> str:
    if perceived not in Size.values or perceived == size:
        return ""
    order = list(Size)
    words = {
        "perceived": _usually(Size(perceived)),
        "usual": _usually(size),
        "because": f", {service_class.size_reason.rstrip('.')}" if service_class.size_reason else "",
    }
    if order.index(Size(perceived)) < order.index(size):
        return (
            _(
                "You thought of %(perceived)s. In our experience it takes %(usual)s%(because)s. "
                "If it goes faster, you will be the first to know."
            )
            % words
        )
    return (
        _(
            "You thought of %(perceived)s. It usually takes %(usual)s%(because)s, so you should have it back sooner. "
            "If there is more to it, we hand it on with everything you told us."
        )
        % words
    )
