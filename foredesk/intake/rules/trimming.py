"""What is new in a reply, and the rest: quoted text, the mail that was answered or forwarded, signatures.

Nothing is discarded, and where it is in doubt who wrote a line, it stays in the answer. All work is by lines, each
looked at a bounded number of times, and no pattern sees more than a few hundred characters: the time is linear in the
text.
"""

from enum import Enum
from itertools import accumulate

from .letters import Trimmed
from .quoting import (
    is_code_fence,
    is_device_signature,
    is_footer,
    is_original_below,
    is_quoted,
    is_ruler,
    is_signature_mark,
    length_of_attribution,
    length_of_header,
)

ROUNDS = 8  # after a part was taken away, what is left may end in another
LONGEST_SIGNATURE = 12  # lines; more below two dashes is a text with dashes in it
LONGEST_FOOTER = 6  # lines that a mailing list adds
LONGEST_MARKED_SIGNATURE = 30  # lines below the mark that mail programs set, two dashes and a space


class Kind(Enum):
    TEXT = "text"
    CODE = "code"  # between two code fences: text, whatever it looks like
    BLANK = "blank"
    RULER = "ruler"  # dashes and the like
    QUOTED = "quoted"  # "> …"
    INTRODUCTION = "introduction"  # "On … wrote:", a block of "From: … Sent: …", "---- Original message ----"
    SIGNATURE = "signature"


_WRITTEN = frozenset({Kind.TEXT, Kind.CODE})
_SILENT = frozenset({Kind.BLANK, Kind.RULER})
_NOT_WRITTEN = frozenset({Kind.QUOTED, Kind.INTRODUCTION, Kind.SIGNATURE, None})


def trim(text: str) -> Trimmed:
    """The text in two parts; every line that is not blank is in one of them, in its order.

    A reply between quoted lines keeps those that it answers. Where nothing else is left, the whole text is the answer.
    """
    lines = text.splitlines()
    stays = list(range(len(lines)))
    for _round in range(ROUNDS):
        kept = _kept([lines[number] for number in stays])
        if kept is None or all(kept):
            break
        stays = [number for number, is_kept in zip(stays, kept, strict=True) if is_kept]
    answer = set(stays)
    rest = [line for number, line in enumerate(lines) if number not in answer]
    return Trimmed(_joined([lines[number] for number in stays]), _joined(rest))


def _joined(lines: list[str]) -> str:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "\n".join(lines[start:end])


def _kept(lines: list[str]) -> list[bool] | None:
    """Which lines belong to the answer; None where no answer would be left."""
    kinds = kinds_of(lines)
    nexts = _nexts(kinds)
    end = _start_of_original(kinds, nexts)
    kept = [number < end and kind is not Kind.INTRODUCTION for number, kind in enumerate(kinds)]
    for number, line in enumerate(lines):
        if kinds[number] is Kind.TEXT and nexts[number] in _NOT_WRITTEN and is_device_signature(line):
            kinds[number] = Kind.SIGNATURE
    for start, stop in _signatures(lines[:end], kinds):
        kept[start:stop] = [False] * (stop - start)
    said = [number for number, kind in enumerate(kinds) if kept[number] and kind in _WRITTEN]
    if not said:
        return None
    kept[said[-1] + 1 :] = [False] * (len(lines) - said[-1] - 1)
    is_below = Kind.INTRODUCTION in kinds[: said[0]] and Kind.QUOTED not in kinds[said[0] : said[-1]]
    if is_below:  # all that it answers stands above it
        kept[: said[0]] = [False] * said[0]
    return kept


def kinds_of(lines: list[str]) -> list[Kind]:
    """What each line is; signatures, which depend on what else is there, are text still."""
    kinds = [_kind(line) for line in lines]
    _set_code(lines, kinds)
    for number, line in enumerate(lines):
        if kinds[number] is Kind.TEXT or line.lstrip().startswith(">"):
            length = length_of_attribution(lines, number)
            if length and all(kind is not Kind.INTRODUCTION for kind in kinds[number - length + 1 : number + 1]):
                kinds[number - length + 1 : number + 1] = [Kind.INTRODUCTION] * length
    is_announced = False
    for number, line in enumerate(lines):
        if kinds[number] is not Kind.TEXT:
            continue
        length = length_of_header(lines, number, is_announced=is_announced)
        is_announced = is_original_below(line)
        if length or is_announced:
            kinds[number : number + max(length, 1)] = [Kind.INTRODUCTION] * max(length, 1)
    _set_bars(lines, kinds)
    return kinds


def _kind(line: str) -> Kind:
    if not line.strip():
        return Kind.BLANK
    if is_quoted(line):
        return Kind.QUOTED
    return Kind.RULER if is_ruler(line) else Kind.TEXT


def _set_code(lines: list[str], kinds: list[Kind]) -> None:
    fences = [number for number, line in enumerate(lines) if is_code_fence(line)]
    for start, stop in zip(fences[::2], fences[1::2], strict=False):
        kinds[start : stop + 1] = [Kind.CODE] * (stop + 1 - start)


def _set_bars(lines: list[str], kinds: list[Kind]) -> None:
    """Below an introduction some mark quoted lines with a bar."""
    is_quote = False
    for number, line in enumerate(lines):
        if kinds[number] is Kind.INTRODUCTION:
            is_quote = True
        elif is_quote and kinds[number] is Kind.TEXT:
            if line.lstrip().startswith("|"):
                kinds[number] = Kind.QUOTED
            else:
                is_quote = False


def _nexts(kinds: list[Kind]) -> list[Kind | None]:
    """Of each line the kind of the next one that says something."""
    nexts: list[Kind | None] = []
    following: Kind | None = None
    for kind in reversed(kinds):
        nexts.append(following)
        following = following if kind in _SILENT else kind
    return nexts[::-1]


def _start_of_original(kinds: list[Kind], nexts: list[Kind | None]) -> int:
    """The line from which on all is the mail that was answered: introduced below the answer, and not marked."""
    has_text = False
    for number, kind in enumerate(kinds):
        if kind is Kind.INTRODUCTION and has_text and nexts[number] in _WRITTEN:
            while number and kinds[number - 1] in {Kind.INTRODUCTION, *_SILENT}:
                number -= 1
            return number
        has_text = has_text or kind in _WRITTEN
    return len(kinds)


def _signatures(lines: list[str], kinds: list[Kind]) -> list[tuple[int, int]]:
    """From where to where signatures stand: below their mark, a telephone's line, and what a mailing list adds."""
    ends = _ends(kinds[: len(lines)])
    written = list(accumulate((kind in _WRITTEN for kind in kinds[: len(lines)]), initial=0))
    found = []
    number = 0
    while number < len(lines):
        stop = number
        if kinds[number] is Kind.SIGNATURE:
            stop = number + 1
        elif kinds[number] is Kind.RULER and written[number]:
            said = written[ends[number]] - written[number]
            if _is_above_signature(lines, number, ends[number], said) and not _announces(lines, number):
                stop = ends[number]
        if stop > number:
            found.append((number, stop))
        number = max(stop, number + 1)
    return found


def _announces(lines: list[str], mark: int) -> bool:
    """Whether what stands above a mark says that something follows: “I did this:”, and a line of dashes."""
    above = next((line for line in reversed(lines[max(mark - 3, 0) : mark]) if line.strip()), "")
    return above.rstrip().endswith((":", "："))


def _ends(kinds: list[Kind]) -> list[int]:
    """Of each line where the run ends in which nothing is quoted or introduced."""
    ends = []
    end = len(kinds)
    for number in range(len(kinds) - 1, -1, -1):
        if kinds[number] in {Kind.QUOTED, Kind.INTRODUCTION}:
            end = number
        ends.append(end)
    return ends[::-1]


def _is_above_signature(lines: list[str], mark: int, end: int, said: int) -> bool:
    """`said`: how many lines say something between the mark and the end."""
    if is_signature_mark(lines[mark]):
        return said <= (LONGEST_MARKED_SIGNATURE if lines[mark] == "-- " else LONGEST_SIGNATURE)
    return 0 < said <= LONGEST_FOOTER and any(is_footer(line) for line in lines[mark:end][: 3 * LONGEST_FOOTER])
