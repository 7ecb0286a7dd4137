"""What was wrong when a mail did not arrive, told from a server's words and its enhanced status code (RFC 3463)."""

import re
from enum import StrEnum
from functools import lru_cache

MAX_WORDS = 6000  # characters; a server says it in fewer


class Fault(StrEnum):
    """Whose fault it was that a mail did not arrive. The first four are the address's own."""

    NO_SUCH_USER = "no such user"
    NO_SUCH_HOST = "no such host"
    MOVED = "moved"
    TAKES_NO_MAIL = "takes no mail"
    FULL = "mailbox full"
    TOO_LARGE = "too large"
    CLOSED = "account closed or switched off"
    SENDER = "the sender was refused"
    REFUSED = "refused by a rule"
    NETWORK = "not reached in time"
    SYSTEM = "the server failed"


OF_ADDRESS = frozenset({Fault.NO_SUCH_USER, Fault.NO_SUCH_HOST, Fault.MOVED, Fault.TAKES_NO_MAIL})

_WHO = (
    r"(?:user|recipient|receiver|mailbox|account|address|addressee|e-?mail|local[ -]?part|subscriber|alias|inbox)s?\b"
)
_GONE = (
    r"(?:unknown|not (?:been )?(?:found|known|recogni[sz]ed|listed|exist(?:ing)?)|invalid|non-?exist[ae]nt"
    r"|not (?:a )?valid|(?:do|does|did) ?n[o']t exist|isn'?t|deleted|removed|discontinued|undeliverable|unavailable"
    r"|no longer (?:in use|exists?|valid|available|here|on (?:this|our) server)|do(?:es)? not (?:have|appear)"
    r"|not (?:our|local|here)|not in (?:\w+ ){0,3}(?:directory|database|list|table|file)|left the (?:company"
    r"|organi[sz]ation))"
)
_NEAR = r"(?:[^.\n]|\.(?=\w)){0,60}?"  # within the same sentence
_NEAR_NAME = r"(?:[^.\n:]|\.(?=\w)){0,40}?"  # and not of what a server says
_LARGE = r"(?:quota|storage|space|size|limit)"
_NOT = r"(?:denied|rejected|refused|not |prohibit|disallow|restrict|forbid|unable|cannot|can't)"

# Asked in this order: a particular complaint before a general one, so that "mailbox unavailable: quota exceeded" is a
# full mailbox, and "550 sender rejected: user unknown" is not held against the recipient.
_SAYINGS: tuple[tuple[Fault, tuple[str, ...]], ...] = (
    (
        Fault.FULL,
        (
            rf"(?:mail ?box|inbox|mail ?drop|account|user|recipient|maildir|folder|message ?store|storage"
            rf"|disk){_NEAR}"
            rf"(?:\bfull\b|over ?(?:its |the |their )?(?:disk )?quota|exceed(?:s|ed|ing)? (?:\w+ ){{0,3}}{_LARGE})",
            r"over ?quota|quota (?:is |has been )?(?:full|exceed|violation|reached)"
            r"|exceed\w* (?:\w+ ){0,4}(?:quota|storage)",
            r"out of (?:disk )?(?:space|quota)|(?:mailbox|disk) space|not enough (?:storage |disk )?space"
            r"|no space left",
            r"insufficient (?:system )?(?:storage|disk)|mailbox (?:size )?limit|too many messages (?:in|for)",
            rf"size ?limit ?exceeded for mailbox|mailbox{_NEAR}storage",
            rf"boîte {_NEAR}pleine|postfach (?:ist )?voll|kontingent|casella (?:\w+ )?piena|buz[oó]n {_NEAR}lleno",
            r"メールボックス.{0,8}一杯|容量",
        ),
    ),
    (
        Fault.TOO_LARGE,
        (
            rf"(?:message|mail|size|length|content|body|header){_NEAR}(?:too (?:big|large|long)"
            r"|exceed\w*(?: \w+){0,4} (?:limit|maximum|size|length))",
            r"(?:maximum|max\.?) (?:\w+ ){0,3}(?:size|length)|size limit|too (?:big|large) (?:a )?(?:message|mail)",
            r"line (?:is )?too long",
        ),
    ),
    (
        Fault.SENDER,
        (
            r"after (?:pipelined )?(?:mail from|helo|ehlo|initial connection)|in reply to (?:the )?(?:mail from"
            r"|helo|ehlo)",
            r"like our (?:mail from|helo|ehlo)|while sending mail from|\b(?:helo|ehlo)\b|your (?:ip|host|domain"
            r"|network|isp)\b",
            rf"sender{_NEAR}(?:rejected|refused|denied|blocked|invalid|unknown|verif\w+ (?:failed|failure)"
            r"|not (?:exist|found|allowed|authori[sz]ed|permitted|verif\w+)|doe?s ?n[o']t (?:exist|resolve))",
            r"(?:invalid|unknown|unrouteable|unroutable|bad|fake|forged|unverified|blocked) (?:envelope )?sender",
            r"(?:invalid|bad) ip\b|could not verify sender|from address|(?:mail|domain|address) (?:of"
            r"|from) (?:the )?sender",
            rf"reverse (?:dns|lookup|map)|\bptr\b|\brdns\b|client (?:host|ip)|no (?:valid )?(?:mx"
            rf"|a record){_NEAR}sender",
        ),
    ),
    (
        Fault.REFUSED,
        (
            r"\bspf\b|dkim|dmarc|\barc\b fail|authenticat|not authori[sz]ed|unauthori[sz]ed",
            rf"\brelay\w*{_NEAR}{_NOT}|(?:{_NOT}|no|open|third.?party) ?(?:\w+ ){{0,3}}relay|mail ?loop"
            rf"|too many hops|hop count",
            r"(?:black|block|deny) ?list|\brbl\b|dnsbl|spamhaus|barracuda|spamcop|proofpoint|sorbs|\bcbl\b"
            r"|reputation",
            r"\bspam\w*|junk|bulk|unsolicited|virus|malware|phish|infected|trojan|suspicious|complain",
            r"blocked|banned|black-?holed|polic(?:y|ies)|rate.?limit|too (?:many|much|fast)|throttl|gr[ea]y-? ?list",
            r"content (?:reject|filter|not)|attachment|mime|encoding|not rfc|rfc ?\d+ ?compl|duplicate",
            r"(?:reject|refus|denied|block)\w* (?:by|due to|because of)? ?(?:the )?(?:content|filter|rule"
            r"|subject|url)",
            r"certificate|starttls|\btls\b|\bdane\b|encrypt|restricted|permission|members? only|moderat",
            r"not allowed to|allowed to send|subscri(?:be|ption)|please use|administrative(?:ly)? prohibit",
        ),
    ),
    (
        Fault.CLOSED,
        (
            r"suspend|deactivat|disabled|dis?activ|inactiv|locked|expired account|closed|terminated|on hold|frozen",
            r"dormant|cancell?ed|archived|not (?:currently )?(?:active|activated|enabled)|account (?:has )?expired",
            r"no longer (?:active|accepting|receiving)|is (?:not|no longer) (?:allowed|able) to receive",
        ),
    ),
    (
        Fault.MOVED,
        (
            r"(?:has|have|user|recipient|account|mailbox) (?:been )?moved|moved (?:to|permanently)|has been replaced",
            r"new (?:e-?mail )?address (?:is|of)|please (?:try|use|send to) (?:the )?(?:new )?address",
            r"changed (?:to|its address)|\b551[ -]",
        ),
    ),
    (
        Fault.TAKES_NO_MAIL,
        (
            r"null ?mx|(?:does ?n[o']t|do not|not) accept(?:ing)? (?:any )?(?:mail|e-?mail|messages)"
            r"|accepts? no mail",
            r"no mail (?:service|accepted)|\b521[ -]|\b556[ -]|mail exchanger or ip address",
            r"(?:could ?n[o']t|can ?not|unable to) find (?:a|any) (?:mail exchanger|mx)",
        ),
    ),
    (
        Fault.NO_SUCH_USER,
        (
            rf"{_GONE} (?:\w+ ){{0,2}}{_WHO}|{_WHO}{_NEAR}\b{_GONE}|no (?:such|valid|mapped) (?:\w+ ){{0,2}}{_WHO}",
            r"(?:no|not a|isn'?t a) (?:valid |known )?(?:mailbox|recipient|user|local user|account)\b"
            r"|there is no (?:one|user|such)",
            r"unknown (?:or illegal|or invalid|local|virtual|to)|unrouteable address|not a (?:valid|known)",
            r"(?:is|are) not (?:known|recogni[sz]ed|found)|bad (?:recipient|address|mailbox)",
            r"(?<!sender )(?<!recipient )address rejected|wasn'?t found|check the (?:recipient|address"
            r"|spelling)|mistyped",
            rf"recipient (?:address )?(?:is )?(?:rejected|refused|denied){_NEAR}(?:unknown|access denied"
            rf"|undeliver|verif)",
            r"doe?s(?: not|n'?t) have (?:an?|any) (?:\S+ )?(?:account|mailbox)|never heard|no one (?:here )?by that",
            r"not (?:hosted|handled) here|user lookup|address (?:you entered )?could ?n[o']t be found",
            r"unbekannt|existiert nicht|nicht gefunden|kein solcher|inconnue?\b|n'existe pas|introuvable"
            r"|desconocid[oa]",
            r"no existe|no encontrad|desconhecid[oa]|n[aã]o existe|sconosciut[oa]|inesistente|non esiste|onbekend",
            r"bestaat niet|ok[aä]nd|findes ikke|finns inte|nieznan|nie istnieje|неизвест|не существует|не найден",
            r"存在しません|見つかりません|宛先不明|不存在|找不到|존재하지",
        ),
    ),
    (
        Fault.NO_SUCH_HOST,
        (
            rf"(?:host|domain|server|exchanger|mx|site)\b{_NEAR_NAME}(?:{_GONE}|no such|unroutable|unrouteable"
            rf"|not resolve)",
            r"(?:unknown|no such|invalid|non-?existent|bad|illegal) (?:\w+ ){0,2}(?:host|domain|server)|nxdomain",
            r"name or service not known|unroutable|unrouteable|(?:host|domain|name) (?:name )?(?:lookup|resolution)",
            r"(?:couldn'?t|could not|cannot|unable to) (?:be )?(?:find|resolv|locate|look ?up|found)\w*"
            rf"{_NEAR}(?:host|domain|server|name|route)",
            r"no (?:mx|route|dns)\b|no (?:a |mx )?record",
        ),
    ),
    (
        Fault.NETWORK,
        (
            r"time[sd]?[ -]?out|expired|too long|giving up|gave up|given up|retry|try again|greeting|network"
            r"|unreachable",
            r"connection (?:refused|reset|lost|closed|dropped|died)|not respond|no answer|delay|defer|temporar",
            r"(?:could ?n[o']t|cannot|unable to|failed to) (?:connect|establish|contact|reach)|still (?:be )?trying",
        ),
    ),
    (
        Fault.SYSTEM,
        (
            r"(?:system|internal|local|server|configuration|protocol|i/o|software|mailer|unexpected"
            r"|unknown) (?:\w+ )?"
            r"(?:error|failure|fault)",
            r"misconfigur|bad config|out of memory|service (?:\w+ )?(?:unavailable|not available)|can'?t create"
            r"|syntax error",
            r"command (?:not|unrecogni[sz]ed)",
        ),
    ),
)
_PATTERNS = tuple((fault, re.compile("|".join(words), re.IGNORECASE)) for fault, words in _SAYINGS)

_BY_CODE = {
    "1.0": None,
    "1.1": Fault.NO_SUCH_USER,
    "1.2": Fault.NO_SUCH_HOST,
    "1.3": Fault.NO_SUCH_USER,
    "1.4": Fault.NO_SUCH_USER,
    "1.6": Fault.MOVED,
    "1.7": Fault.SENDER,
    "1.8": Fault.SENDER,
    "1.9": Fault.REFUSED,
    "1.10": Fault.TAKES_NO_MAIL,
    "2.0": Fault.CLOSED,
    "2.1": Fault.CLOSED,
    "2.2": Fault.FULL,
    "2.3": Fault.TOO_LARGE,
    "4.4": Fault.NO_SUCH_HOST,
}
_BY_SUBJECT = {
    "2": Fault.CLOSED,
    "3": Fault.SYSTEM,
    "4": Fault.NETWORK,
    "5": Fault.SYSTEM,
    "6": Fault.REFUSED,
    "7": Fault.REFUSED,
}
# Names in a server's words say nothing about the fault, whatever they are called.
_PASSING = re.compile(r"try again|temporar|time[sd]?[ -]?out|servfail|server failure|retry", re.IGNORECASE)
_NAMES = re.compile(
    r"https?://\S+|<[^<>\s]{0,320}>|[^\s<>:;,()]{1,128}@[^\s<>]+|\b(?:[a-z0-9-]{1,63}\.){2,9}[a-z]{2,63}\b",
    re.IGNORECASE,
)
_VAGUE = frozenset({Fault.REFUSED, Fault.CLOSED, Fault.NETWORK, Fault.SYSTEM})
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"(?<![\d.:-])([45])[0-5]\d(?=[\s#-])")


def fault_of(words: str, status: str = "") -> Fault | None:
    """What the words complain of; where they do not say, what the code stands for; None where neither does."""
    by_words, by_code = fault_of_words(words), fault_of_code(status)
    if by_words is Fault.NO_SUCH_HOST and by_code is Fault.REFUSED:
        return by_code  # the host that is not known is ours
    if by_words is None or (by_words in _VAGUE and by_code in OF_ADDRESS):
        return by_code
    return by_words


def fault_of_words(words: str) -> Fault | None:
    return _fault_of(words[:MAX_WORDS])


@lru_cache(maxsize=32)  # a report says the same of hundreds of addresses
def _fault_of(words: str) -> Fault | None:
    plain = " ".join(_NAMES.sub(" ", words).split())
    fault = next((fault for fault, pattern in _PATTERNS if pattern.search(plain)), None)
    is_passing = fault is Fault.NO_SUCH_HOST and _PASSING.search(plain)
    return Fault.NETWORK if is_passing else fault


def fault_of_code(status: str) -> Fault | None:
    _class, _dot, rest = status.partition(".")
    return _BY_CODE.get(rest, _BY_SUBJECT.get(rest.partition(".")[0]))


def status_in(words: str) -> str:
    """The first enhanced status code in the words, "5.1.1"; "" where there is none."""
    found = _STATUS.search(words)
    return found.group(0) if found else ""


def reply_in(words: str) -> str:
    """The first digit of the first SMTP reply code in the words, "5"; "" where there is none."""
    found = _REPLY.search(words)
    return found.group(1) if found else ""
