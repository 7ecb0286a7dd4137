"""What is new in a reply, and the rest: quoted text, the mail that was answered or forwarded, signatures.

Nothing is discarded, and where it is in doubt who wrote a line, it stays in the answer. All work is by lines, each looked
at a bounded number of times, and no pattern sees more than a few hundred characters: the time is linear in the text.
"""

from enum import Enum

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
LONGEST_MARKED_SIGNATURE = 30  # lines below the mark that mail programs set, two dashes and a space


class Kind(Enum):
    TEXT = "text"
    BLANK = "blank"
    RULER = "ruler"  # dashes and the like
    QUOTED = "quoted"  # "> …"
    INTRODUCTION = "introduction"  # "On … wrote:", a block of "From: … Sent: …", "---- Original message ----"
    SIGNATURE = "signature"


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
    kinds = _kinds(lines)
    nexts = _nexts(kinds)
    end = _start_of_original(kinds, nexts)
    kept = [number < end and kind is not Kind.INTRODUCTION for number, kind in enumerate(kinds)]
    for number, line in enumerate(lines):
        if is_device_signature(line) and kinds[number] is Kind.TEXT and nexts[number] in _NOT_WRITTEN:
            kinds[number] = Kind.SIGNATURE
    for start, stop in _signatures(lines[:end], kinds):
        kept[start:stop] = [False] * (stop - start)
    said = [number for number, kind in enumerate(kinds) if kept[number] and kind is Kind.TEXT]
    if not said:
        return None
    kept[said[-1] + 1 :] = [False] * (len(lines) - said[-1] - 1)
    is_below = Kind.INTRODUCTION in kinds[: said[0]] and Kind.QUOTED not in kinds[said[0] : said[-1]]
    if is_below:  # all that it answers stands above it
        kept[: said[0]] = [False] * said[0]
    return kept


def _kinds(lines: list[str]) -> list[Kind]:
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
    """What stands between two code fences is text, whatever it looks like."""
    fences = [number for number, line in enumerate(lines) if is_code_fence(line)]
    for start, stop in zip(fences[::2], fences[1::2], strict=False):
        kinds[start : stop + 1] = [Kind.TEXT] * (stop + 1 - start)


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
    """The line from which on all is the mail that was answered: introduced below the answer and not marked as quoted."""
    has_text = False
    for number, kind in enumerate(kinds):
        if kind is Kind.INTRODUCTION and has_text and nexts[number] is Kind.TEXT:
            while number and kinds[number - 1] in {Kind.INTRODUCTION, *_SILENT}:
                number -= 1
            return number
        has_text = has_text or kind is Kind.TEXT
    return len(kinds)


def _signatures(lines: list[str], kinds: list[Kind]) -> list[tuple[int, int]]:
    """From where to where signatures stand: below their mark, a telephone's line, and what a mailing list adds."""
    found = []
    number, has_text = 0, False
    while number < len(lines):
        stop = number
        if kinds[number] is Kind.SIGNATURE:
            stop = number + 1
        elif has_text and kinds[number] is Kind.RULER:
            stop = _end_of_signature(lines, kinds, number)
        has_text = has_text or kinds[number] is Kind.TEXT
        if stop > number:
            found.append((number, stop))
        number = max(stop, number + 1)
    return found


def _end_of_signature(lines: list[str], kinds: list[Kind], mark: int) -> int:
    limit = LONGEST_MARKED_SIGNATURE if lines[mark] == "-- " else LONGEST_SIGNATURE
    said, is_list = 0, False
    stop = mark + 1
    while (
        stop < min(len(lines), mark + 4 * limit)
        and kinds[stop] not in {Kind.QUOTED, Kind.INTRODUCTION}
        and said <= limit
    ):
        said += kinds[stop] is Kind.TEXT
        is_list = is_list or is_footer(lines[stop])
        stop += 1
    is_signature = is_signature_mark(lines[mark]) or (is_list and said <= LONGEST_SIGNATURE // 2)
    return stop if is_signature and said <= limit else mark
