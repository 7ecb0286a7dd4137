"""Which addresses a mail did not reach, and why: reports as RFC 3464 has them, and those that servers write freely."""

import re
from collections.abc import Iterable
from dataclasses import replace
from email.message import Message

from .charsets import on_one_line
from .faults import OF_ADDRESS, Fault, fault_of, reply_in, status_in
from .headers import as_text, sender_in, text_of, type_of, value_of
from .letters import Bounce
from .parsing import body_of, children_of, parts_of

MAX_TEXT = 60_000  # characters of a report that are read; below that comes the returned mail
MAX_ADDRESSES = 200  # of one report
MAX_REASON = 500  # characters

_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/rfc822-headers"}
)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,128}@(?:[\w-]{1,63}\.)*[\w-]{1,63}")
_ID = re.compile(r"^[>| \t]*(?:X-)?(?:Original-)?Message-ID:\s*(<[^<>\s]{1,998}>)", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(
    r"^[>|\s]*(Final-Recipient|Original-Recipient|Action|Status|Diagnostic-Code|Remote-MTA)\s*:\s*(.*)$",
    re.IGNORECASE,
)
# Where a server's own words end and the mail that it returns begins.
_BELOW_IS_THE_MAIL = re.compile(
    r"^[\W_]*(?:"
    r"(?:received|return-path|message-id|x-\w[\w-]*)\s*:"
    r"|(?:below|following|this) (?:this line )?(?:is|are) (?:a copy|the (?:original|first|header)|your)"
    r"|(?:message|original|returned) (?:message )?headers?\b.{0,30}$"
    r"|(?:the )?(?:header|text|copy|start|body) of (?:the |your )?(?:original |returned |unsent )?(?:message|mail)"
    r"|(?:original|returned|unsent|undelivered|your) (?:message|mail|text) (?:follows|below|header"
    r"|is (?:attached|below|returned))"
    r"|(?:original|returned|unsent) message[\W_]*$"
    r")",
    re.IGNORECASE,
)
_OF_SENDER = re.compile(
    r"\b(?:mail from|from|sender|envelope-from|reply-to|contact"
    r"|assistance)\b\W{0,4}(?:address\W{0,3})?<?[^\s<>@]{1,128}@[^\s<>]+",
    re.IGNORECASE,
)
_NOT_DELIVERED_YET = re.compile(
    r"\bwarning\b|\bdelay|not (?:yet )?been delivered|still (?:being |be )?(?:try|attempt|in the queue)"
    r"|will (?:keep|continue|be retried)|deferred|do not need to (?:resend|take)|no action is required",
    re.IGNORECASE,
)


def bounces_in(message: Message, text: str) -> tuple[Bounce, ...]:
    """The addresses that a mail did not reach, in the order of the report. `text` is what a reader sees of it.

    Of a report that names no address one without an address is made. Ask this only of a mail that is a report (see
    `machines`): any words that complain are taken for a server's.
    """
    text = _own_words(text[:MAX_TEXT])
    named = [address.lower() for address in _ADDRESS.findall(value_of(message, "x-failed-recipients"))]
    told = _told(text, _own_addresses(message) - set(named))
    blocks = _reported(message) or _fields_in(text.splitlines())
    if not blocks and not _complains(text):
        blocks = _reported_within(message)
    if blocks:
        return tuple(_of_report(block, told, text) for block in blocks[:MAX_ADDRESSES] if _is_failure(block))
    addresses = (
        list(dict.fromkeys(named)) or [one for one, words in told.items() if _complains(words)] or list(told)[:1]
    )
    said = {address: words for address, words in told.items() if _complains(words)}
    found = [_bounce(address, said.get(address, text), text) for address in addresses[:MAX_ADDRESSES]]
    return tuple(found) or (_bounce("", text, text),)


def returned_ids(message: Message, text: str) -> tuple[str, ...]:
    """The Message-IDs of the mail that a report returns: out of its part or headers, else out of the report's words."""
    found: list[str] = []
    for part in parts_of(message):
        if type_of(part) in _RETURNED:
            for inner in children_of(part):
                found += _ID.findall(f"Message-ID: {value_of(inner, 'message-id')}")
            if not found:
                found += _ID.findall(body_of(part).decode("utf-8", "replace"))
    found = found or _ID.findall(text)
    own = value_of(message, "message-id")
    return tuple(dict.fromkeys(one for one in found if one not in own))


def is_report(message: Message) -> bool:
    """Whether a part of the mail itself is a delivery status notification (RFC 3464)."""
    return any(type_of(part) in _REPORTS for part in parts_of(message))


# --- Reports with fields (RFC 3464) -----------------------------------------------------------------------------------

Fields = dict[str, str]


def _reported(message: Message) -> list[Fields]:
    blocks: list[Fields] = []
    for part in parts_of(message):
        if type_of(part) in _REPORTS:
            inner = children_of(part)
            found = [{name.lower(): as_text(str(value)) for name, value in one.raw_items()} for one in inner]
            blocks += found or _fields_in(body_of(part).decode("utf-8", "replace").splitlines())
    return [block for block in blocks if block.keys() & {"final-recipient", "original-recipient", "action"}]


def _reported_within(message: Message) -> list[Fields]:
    """The report in a mail that came with this one: some servers pass a report on in a report that says nothing."""
    for part in parts_of(message):
        if type_of(part) == "message/rfc822":
            for mail in children_of(part):
                if blocks := _reported(mail):
                    return blocks
    return []


def _fields_in(lines: Iterable[str]) -> list[Fields]:
    """Reports whose fields lie in the text: a field said a second time begins the next address."""
    blocks: list[Fields] = [{}]
    last = ""
    for line in lines:
        found = _FIELD.match(line)
        if found:
            last = found.group(1).lower()
            if last in blocks[-1]:
                blocks.append({})
            blocks[-1][last] = found.group(2).strip()
        elif last and line[:1] in " \t" and line.strip():
            blocks[-1][last] += " " + line.strip()
        else:
            last = ""
    return [block for block in blocks if block.keys() & {"final-recipient", "original-recipient"}]


def _is_failure(block: Fields) -> bool:
    """Reports say what was delivered and passed on, too."""
    return block.get("action", "failed").split(" ")[0].lower() not in {"delivered", "relayed", "expanded"}


def _of_report(block: Fields, told: dict[str, str], text: str) -> Bounce:
    names = [_address(block.get(name, "")) for name in ("original-recipient", "final-recipient")]
    address = next(filter(None, names), "")
    words = block.get("diagnostic-code", "")
    kind, semicolon, said = words.partition(";")
    words = said.strip() if semicolon and " " not in kind.strip() else words
    beside = next((told[name] for name in names if name in told), text)
    bounce = _bounce(address, words or beside, beside, block.get("status", ""))
    return replace(bounce, is_permanent=False) if block.get("action", "").lower().startswith("delayed") else bounce


def _address(value: str) -> str:
    found = _ADDRESS.search(value.partition(";")[2] or value)
    return found.group(0).lower() if found else ""


# --- Reports in a server's own words ----------------------------------------------------------------------------------


def _own_words(text: str) -> str:
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if number and _BELOW_IS_THE_MAIL.match(line):
            return "\n".join(lines[:number])
    return text


def _own_addresses(message: Message) -> set[str]:
    """Who writes the report and who gets it: neither is whom the mail did not reach."""
    names = ("from", "to", "reply-to", "delivered-to", "return-path")
    return {sender_in(text_of(message, name))[1].lower() for name in names}


def _told(text: str, own: set[str]) -> dict[str, str]:
    """What is said of each address: the lines that name it, each with those that follow until another is named."""
    said: dict[str, list[str]] = {}
    now: list[str] = []
    for line in text.splitlines():
        names = [one.lower() for one in _ADDRESS.findall(_OF_SENDER.sub(" ", line)) if one.lower() not in own]
        if names:
            now = [one for one in dict.fromkeys(names) if one in said or len(said) < MAX_ADDRESSES]
        for name in now:
            said.setdefault(name, []).append(line)
    return {name: "\n".join(lines) for name, lines in said.items()}


def _complains(words: str) -> bool:
    return bool(status_in(words) or reply_in(words) or fault_of(words))


# --- What it means ----------------------------------------------------------------------------------------------------


def _bounce(address: str, words: str, beside: str, status: str = "") -> Bounce:
    """`words` say what was wrong, `beside` what the report says otherwise, `status` the code its field gives."""
    code, given = status_in(words), status_in(status)
    if not code or (code.endswith(".0.0") and given):
        code = given
    fault = fault_of(words, code) or fault_of(beside)
    degree = code[:1] or reply_in(words)
    permanent = degree == "5" if degree else not _NOT_DELIVERED_YET.search(beside)
    return Bounce(
        address=address,
        is_permanent=permanent and fault is not Fault.FULL,
        is_address_at_fault=fault in OF_ADDRESS,
        status=code,
        reason=on_one_line(words)[:MAX_REASON],
    )
