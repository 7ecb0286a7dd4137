"""What a short answer by mail says to a question of ours. In doubt it says nothing: then somebody reads it."""

import re
from collections.abc import Mapping

from foredesk.tickets.enums import Answer

# A longer answer is read by a person.
MOST_WORDS = 20
_YES = re.compile(
    r"(yes|yep|yeah|yup|correct|exactly|confirmed|(that|this|it)( is|['’]s) (it|right|correct)|perfect|solved"
    r"|(it|that|this|all|everything) (works?|worked|is (fine|solved|fixed|done|good))( (now|again|perfectly|fine))?"
    r"|ja|genau|stimmt|passt|erledigt|oui|c['’]est (ça|bon)|sí|si|correcto|sim|klopt)(?=[\s,.!;:)]|$)",
    re.IGNORECASE,
)
_NO = re.compile(
    r"(no|nope|not (quite|yet|really)|nein|noch nicht|nicht ganz|non|pas encore|nee)(?=\s*[,.!;:\n–-]|$)", re.IGNORECASE
)
_PARTLY = re.compile(r"(partly|partially|almost|teilweise|en partie|parcialmente|deels)(?=[\s,.!;:]|$)", re.IGNORECASE)
# A yes with one of these is no plain yes.
_BUT = re.compile(
    r"\b(but|however|except|still|not|n['’]t|unless|although|only|again(?! thank)|another|aber|nicht|noch|mais|pas|pero"
    r"|maar|mas)\b|\?",
    re.IGNORECASE,
)
_GREETING = re.compile(r"\A(hi|hello|hey|dear|hallo|liebe[r]?|bonjour|hola)\b[^\n,!]{0,40}[,!\n]\s*", re.IGNORECASE)
_NUMBER = re.compile(r"^[ \t>*]*(\d)\s*[.):]\s*", re.MULTILINE)


def verdict(words: str) -> Answer | None:
    """What a mail's new words answer to “Does this solve it?” or “Did we understand you?”; None: no plain answer."""
    said = _GREETING.sub("", words.strip())
    if _YES.match(said):
        return Answer.YES if len(said.split()) <= MOST_WORDS and not _BUT.search(said) else None
    if _PARTLY.match(said):
        return Answer.PARTLY
    return Answer.NO if _NO.match(said) else None


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
        kept = "\n".join(line for line in own.splitlines() if not line.lstrip().startswith(">")).strip()
        if kept:
            found[number] = kept
    return found


def _is_quoted(words: str, number: int) -> bool:
    return bool(re.search(rf"^[ \t]*>[ \t>*]*{number}\s*[.):]", words, re.MULTILINE))
