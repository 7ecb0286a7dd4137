"""What a short answer by mail says to a question of ours. In doubt it says nothing: then somebody reads it."""

import re
from collections.abc import Mapping, Sequence

from foredesk.tickets.enums import Answer
from foredesk.tickets.rules.courtesy import FAREWELL, POSTSCRIPT, is_courtesy, without_courtesy

# A longer answer is read by a person.
MOST_WORDS = 20
_MOST = 2000  # characters
_AGREES = re.compile(
    r"(?:yes|yep|yeah|yup|correct|exactly|confirmed|(?:that|this|it)(?: is|['’]s) (?:it|right|correct)|perfect"
    r"|ja|genau|stimmt|passt|oui|c['’]est (?:ça|bon)|sí|si|correcto|sim|klopt|[👍👌✅][🏻-🏿]?)(?=[\s,.!;:)]|$)",
    re.IGNORECASE,
)
_WORKS = re.compile(
    r"(?:"
    r"(?:it|that|this|all|everything)(?: all)? (?:works?|worked|is (?:fine|solved|fixed|done|good|working|back))"
    r"|(?:the|my|our) \S{2,20}(?: \S{2,20})? (?:works?|is (?:fine|fixed|working|back)) (?:now|again)"
    r"|works(?= (?:now|again|fine|perfectly|great|well|for me|thanks|thank|thx|like)\b|[,.!;)]|\s*$)"
    r"|working|solved|fixed|all good|erledigt|behoben|gelöst|(?:es )?(?:funktioniert|geht|läuft|klappt)|résolu"
    r"|ça (?:marche|fonctionne)|funciona|resuelto"
    r")(?: (?:now|again|perfectly|fine|great|well|for me|wieder|jetzt|nun|alles|à nouveau))*(?=[\s,.!;:)]|$)",
    re.IGNORECASE,
)
_NO = re.compile(
    r"(?:no|nope|not (?:quite|really)|nein|nicht ganz|non|nee)(?=\s*[,.!;:\n–-]|$)",
    re.IGNORECASE,
)
# To “Does this solve it?” these say no as well.
_FAILS = re.compile(
    r"(?:(?:no|nope|sorry|unfortunately|sadly|nein|leider)[\s,.!]+)*(?:"
    r"(?:it|this|that|(?:the|my|our) \S{2,20}(?: \S{2,20})?) "
    r"(?:(?:still|unfortunately|sadly) (?:does|did|is|wo|can|has)(?: ?n['’]?t| not|['’]t|not)?"
    r"|(?:does|did|is|wo)(?: ?n['’]?t| not|['’]t)(?: \w+)? (?:work|fix|solv|resolv|help|chang|print|start|show)\w*"
    r"|still fails?)"
    r"|(?:still|unfortunately) (?:not|no|the same|broken|fail\w*|happen\w*)|no luck"
    r"|same (?:problem|error|issue|as before)|(?:es |das )?(?:funktioniert|geht|klappt|hilft) (?:\w+ ){0,3}nicht"
    r"|(?:immer noch|noch immer) (?:nicht|kein\w*|das)"
    r")\b",
    re.IGNORECASE,
)
_PARTLY = re.compile(
    r"(?:partly|partially|almost|teilweise|en partie|parcialmente|deels)(?=[\s,.!;:]|$)", re.IGNORECASE
)
# A yes with one of these is no plain yes.
_BUT = re.compile(
    r"\b(?:but|however|except|still|not|n['’]t|unless|although|only|again|another|aber|nicht|noch|mais|pas|pero"
    r"|maar|mas)\b|\?",
    re.IGNORECASE,
)
# It works, and something else is wanted: a request that is closed for its first words would bury that.
_WANTS = re.compile(
    r"\b(?:please|pls|could|can you|what about|how about|one more|would|also|need|call|bring|send|bitte|auch|könn\w+"
    r"|brauch\w+|por favor|te?ambi[ée]n|s['’]il (?:te|vous)|aussi)\b",
    re.IGNORECASE,
)


def verdict(words: str, *, of_fix: bool = True) -> Answer | None:
    """What a mail's new words answer; None: no plain answer.

    `of_fix`: to “Does this solve it?”, where “It works” and “Still broken” are answers too; else to “Did we understand
    you?”.
    """
    if len(words) > _MOST or POSTSCRIPT.search(words):
        return None
    said = without_courtesy(words)
    if _PARTLY.match(said):
        return Answer.PARTLY
    if _NO.match(said) or (of_fix and _FAILS.match(said)):
        return Answer.NO
    if not (_AGREES.match(said) or (of_fix and _WORKS.match(said))):
        return None
    rest = _WORKS.sub(" ", _AGREES.sub(" ", said)) if of_fix else _AGREES.sub(" ", said)
    is_plain = len(said.split()) <= MOST_WORDS and not _BUT.search(rest) and not (of_fix and _WANTS.search(rest))
    return Answer.YES if is_plain else None


def says_more(words: str) -> bool:
    """Whether there is more in a “yes” than that, and what is polite."""
    return not is_courtesy(_AGREES.sub(" ", without_courtesy(words)))


# --- Answers to several questions ------------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"^[ \t>*]*(?:(?:question|answer|frage|antwort|punkt|point|re|to|zu|ad|no|nr|q|a)\.?[ \t]*)?[(\[#]?(\d)"
    r"(?:[ \t]*[.):\]]+|[ \t]+[-–—]|[-–—](?=[ \t]))(?!\d)\s*",
    re.MULTILINE | re.IGNORECASE,
)
_NAME = re.compile(r"[ \t]*[A-ZÀ-Þ]\w{1,40}(?: [A-ZÀ-Þ]\w{1,40})?[ \t]*")
_ANY_QUOTE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\xa0": " "})


def answers_to(words: str, questions: Sequence[str], ours: str = "") -> Mapping[int, str]:
    """What a mail answers to our numbered questions, counted from 1: below or beside them, else by their numbers.

    `ours`: the mail that asked; what stands in it is nobody's answer.
    """
    plain = words.translate(_ANY_QUOTE)  # as long as `words`
    places = [(found, number) for number, one in enumerate(questions, 1) if (found := _asked(one).search(plain))]
    return _below(words, places, ours) if places else numbered(words, len(questions))


def _below(words: str, places: list[tuple[re.Match[str], int]], ours: str) -> Mapping[int, str]:
    """Answers that were written between our own lines, with the marks of a quote before those or without."""
    places.sort(key=lambda place: place[0].start())
    ends = [place.start() for place, _number in places[1:]] + [len(words)]
    known = {_bare(line) for line in ours.splitlines()} - {""}
    said = {}
    for (place, number), after in zip(places, ends, strict=False):
        lines: list[str] = []
        for line in words[place.end() : after].splitlines():
            is_ours = line.lstrip().startswith(">") or _bare(line) in known
            if is_ours and any(lines) and _bare(line):
                break
            if not is_ours:
                lines.append(line.strip())
        if answer := _unsigned("\n".join(lines)):
            said[number] = answer
    return said


def _unsigned(answer: str) -> str:
    """The last answer without the name below it."""
    farewell = FAREWELL.search(answer)
    lines = (answer[: farewell.start()] if farewell else answer).rstrip().split("\n")
    if len(lines) > 2 and not lines[-2].strip() and _NAME.fullmatch(lines[-1]):
        del lines[-1]
    return "\n".join(lines).strip()


def _asked(question: str) -> re.Pattern[str]:
    """A question of ours in an answer, its lines broken anew, with its number and the marks of a quote."""
    words = (re.escape(word) for word in question.translate(_ANY_QUOTE).split())
    before = r"(?:^[ \t>*]*(?:\d[.):]+\s*)?)?"
    return re.compile(before + r"[\s>*]+".join(words), re.IGNORECASE | re.MULTILINE)


def _bare(line: str) -> str:
    return " ".join(line.translate(_ANY_QUOTE).strip(" \t>").split())


def numbered(words: str, most: int) -> Mapping[int, str]:
    """Answers by the numbers before them, “2. I restarted it”, counted from 1; none where numbers repeat or are others.

    A question that was quoted beside its number (lines that begin with “>”) is no part of the answer.
    """
    pieces = _NUMBER.split(words)
    numbers = [int(number) for number in pieces[1::2]]
    if not numbers or len(set(numbers)) != len(numbers) or not all(1 <= number <= most for number in numbers):
        return {}
    found = {}
    for number, piece in zip(numbers, pieces[2::2], strict=True):
        # What stands on a quoted number's own line is the question.
        own = piece.partition("\n")[2] if _is_quoted(words, number) else piece
        kept = _unsigned("\n".join(line for line in own.splitlines() if not line.lstrip().startswith(">")))
        if kept:
            found[number] = kept
    return found


def _is_quoted(words: str, number: int) -> bool:
    return bool(re.search(rf"^[ \t]*>[ \t>*]*{number}\s*[.):]", words, re.MULTILINE))
