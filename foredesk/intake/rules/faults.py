"""What was wrong when a mail did not arrive, told from a server's words and its enhanced status code (RFC 3463)."""

import re
from enum import StrEnum


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
    r"(?:user|recipient|receiver|mailbox|account|address|addressee|e-?mail|local[ -]?part|subscriber|alias|inbox|name)"
)
_GONE = r"(?:unknown|not (?:been )?(?:found|known|recogni[sz]ed|listed|exist(?:ing)?)|invalid|nonexist[ae]nt|non-exist[ae]nt)"

# Asked in this order: a particular complaint before a general one, so that "mailbox unavailable: quota exceeded" is a
# full mailbox, and "550 sender rejected: user unknown" is not held against the recipient.
_SAYINGS: tuple[tuple[Fault, str], ...] = (
    (
        Fault.FULL,
        r"(?:mailbox|mail ?box|inbox|mail ?drop|account|user|recipient|maildir|folder|message ?store|storage|disk)[^.\n]{0,60}?"
        r"(?:\bfull\b|over ?(?:its |the |their )?(?:disk )?quota|exceed(?:s|ed|ing)? (?:its |the |their )?(?:\w+ ){0,2}(?:quota|limit|size|storage|space))"
        r"|over ?quota|quota (?:is |has been )?(?:full|exceed|violation|reached)|exceed\w* (?:\w+ ){0,4}(?:quota|storage)|out of (?:disk )?(?:space|quota)"
        r"|(?:mailbox|disk) space|insufficient (?:system )?(?:storage|disk)|not enough (?:storage |disk )?space|no space left|mailbox (?:size )?limit"
        r"|too many messages (?:in|for) (?:this |the )?(?:mailbox|user)|size ?limit ?exceeded for mailbox|mailbox[^.\n]{0,30}storage"
        r"|boîte [^.\n]{0,40}pleine|postfach (?:ist )?voll|kontingent|casella (?:\w+ )?piena|buz[oó]n [^.\n]{0,30}lleno",
    ),
    (
        Fault.TOO_LARGE,
        r"(?:message|mail|size|length|content|body|header)[^.\n]{0,50}?(?:too (?:big|large|long)|exceed\w*(?: \w+){0,4} (?:limit|maximum|size|length))"
        r"|(?:maximum|max\.?) (?:\w+ ){0,3}(?:size|length)|size limit|too (?:big|large) (?:a )?(?:message|mail)|line (?:is )?too long",
    ),
    (
        Fault.SENDER,
        r"after (?:pipelined )?(?:mail from|helo|ehlo|initial connection|end of (?:banner|connection))|in reply to (?:the )?(?:mail from|helo|ehlo)"
        r"|(?:like|did not like) our (?:mail from|helo|ehlo)|while sending mail from|sender (?:was|is|has been) (?:rejected|refused|denied|blocked)"
        r"|sender[^.\n]{0,60}(?:rejected|refused|denied|invalid|unknown|not (?:exist|found|allowed|authori[sz]ed|permitted|verif\w+)|doe?s ?n[o']t (?:exist|resolve)|blocked|verif\w+ (?:failed|failure))"
        r"|(?:invalid|unknown|unrouteable|unroutable|bad|fake|forged|unverified|blocked) (?:envelope )?sender|could not verify sender|from address"
        r"|reverse (?:dns|lookup|map)|\bptr\b|\brdns\b|helo|no (?:valid )?(?:mx|a record)[^.\n]{0,40}sender|client (?:host|ip)|your (?:ip|host|domain|server|mail ?server|network|isp)\b"
        r"|(?:mail|domain|address) (?:of|from) (?:the )?sender",
    ),
    (
        Fault.REFUSED,
        r"\bspf\b|dkim|dmarc|\barc\b fail|unauthenticated|authenticat|not authori[sz]ed|unauthori[sz]ed|relay(?:ing|ed)?\b|mail ?loop|too many hops|hop count"
        r"|black ?list|block ?list|deny ?list|\brbl\b|dnsbl|spamhaus|barracuda|spamcop|proofpoint|sorbs|\bcbl\b|reputation|\bspam\w*|junk|bulk|unsolicited"
        r"|virus|malware|phish|infected|trojan|blocked|banned|black-?holed|polic(?:y|ies)|rate.?limit|too (?:many|much|fast)|throttl|greylist|grey-?list|graylist"
        r"|content (?:reject|filter|not)|(?:reject|refus|denied|block)\w* (?:by|due to|because of)? ?(?:the )?(?:content|filter|attachment|rule|subject|url)|attachment|mime|encoding|not rfc|rfc ?\d+ ?compl"
        r"|certificate|starttls|\btls\b|\bdane\b|encrypt|restricted|permission|members? only|moderat|not allowed to|allowed to send|subscri(?:be|ption)"
        r"|duplicate|please use|complain|suspicious|administrative(?:ly)? prohibit",
    ),
    (
        Fault.CLOSED,
        r"(?:suspend|deactivat|disabled|dis?activ|inactiv|locked|lock(?:ed)? out|expired account|closed|terminated|on hold|frozen|dormant|cancell?ed|archived|blocked account)"
        r"|not (?:currently )?(?:active|activated|enabled)|account (?:has )?expired|no longer (?:active|accepting|receiving)|temporarily (?:closed|locked|disabled)|is (?:not|no longer) (?:allowed|able) to receive",
    ),
    (
        Fault.MOVED,
        r"(?:has|have|user|recipient|account|mailbox) (?:been )?moved|moved (?:to|permanently)|new (?:e-?mail )?address (?:is|of)|please (?:try|use|send to) (?:the )?(?:new )?address|has been replaced|changed (?:to|its address)|\b551[ -]",
    ),
    (
        Fault.TAKES_NO_MAIL,
        r"null ?mx|nullmx|does ?n[o']t accept (?:any )?(?:mail|e-?mail|messages)|not accept(?:ing)? (?:any )?(?:mail|e-?mail|messages)|do not accept mail|accepts? no mail|no mail (?:service|accepted)|\b521[ -]|\b556[ -]"
        r"|(?:could ?n[o']t|can ?not|unable to) find (?:a|any) (?:mail exchanger|mx)|mail exchanger or ip address",
    ),
    (
        Fault.NO_SUCH_USER,
        rf"{_GONE} (?:\w+ ){{0,2}}{_WHO}|{_WHO}s?\b[^.\n]{{0,60}}?\b{_GONE}|no (?:such|valid|mapped) (?:\w+ ){{0,2}}{_WHO}|(?:no|not a|isn'?t a) (?:valid |known )?(?:mailbox|recipient|user|local user|account)\b"
        rf"|{_WHO}[^.\n]{{0,60}}?(?:(?:do|does|did) ?n[o']t exist|do(?:es)? not (?:have|appear)|not exist|unavailable|no longer (?:in use|exists?|valid|available|here|on (?:this|our) server)|not (?:a )?valid|not in (?:\w+ ){{0,3}}(?:directory|database|list|table|file)|not (?:our|local|here)|isn'?t|undeliverable|deleted|removed|discontinued|left the (?:company|organi[sz]ation))"
        r"|unknown (?:or illegal|or invalid|local|virtual)|unrouteable address|unknown to|not a (?:valid|known)|(?:is|are) not (?:known|recogni[sz]ed|found)|bad (?:destination|recipient|address|mailbox)|recipient (?:address )?(?:is )?(?:rejected|refused|denied|invalid)[^.\n]{0,20}(?:user|unknown|access denied|undeliverable|unverified|verif)"
        r"|doe?s(?: not|n'?t) have (?:an?|any) (?:\S+ )?(?:account|mailbox)|there is no (?:one|user|such)|never heard|no one (?:here )?by that|not (?:hosted|handled) here|user lookup|(?:e-?mail )?address (?:you entered )?could ?n[o']t be found|wasn'?t found|check the (?:recipient|address|spelling)|mistyped"
        r"|unbekannt|existiert nicht|nicht gefunden|kein solcher|inconnue?\b|n'existe pas|introuvable|desconocid[oa]|no existe|no encontrad|desconhecid[oa]|n[aã]o existe|sconosciut[oa]|inesistente|non esiste|onbekend|bestaat niet|ok[aä]nd|findes ikke|finns inte|nieznan|nie istnieje"
        r"|неизвест|не существует|не найден|存在しません|見つかりません|宛先不明|不存在|用户不存在|找不到|존재하지",
    ),
    (
        Fault.NO_SUCH_HOST,
        r"(?:host|domain|server|exchanger|mx|site)\b[^.\n]{0,60}?(?:unknown|not (?:been )?found|not exist|doe?s ?n[o']t exist|no such|invalid|unroutable|unrouteable|not resolve|nonexistent|non-existent)"
        r"|(?:unknown|no such|invalid|nonexistent|non-existent|bad|illegal) (?:\w+ ){0,2}(?:host|domain|server)|nxdomain|name or service not known|unroutable|unrouteable|(?:couldn'?t|could not|cannot|unable to) (?:be )?(?:find|resolv|locate|look ?up|found)\w*[^.\n]{0,40}(?:host|domain|server|name|gateway|route)"
        r"|(?:host|domain|name) (?:name )?(?:lookup|resolution|service error)|no (?:mx|route|dns)|no (?:a |mx )?record",
    ),
    (
        Fault.NETWORK,
        r"time[sd]?[ -]?out|expired|too long|giving up|gave up|given up|retry|try again|connection (?:refused|reset|lost|closed|dropped|died)|(?:could ?n[o']t|cannot|unable to|failed to) (?:connect|establish|contact|reach)|network|unreachable|not respond|no answer|delay|defer|still (?:be )?trying|temporar|greeting|unable to deliver after",
    ),
    (Fault.SYSTEM, r"(?:system|internal|local|server|configuration|protocol|i/o|software|mailer|unexpected|unknown) (?:\w+ )?(?:error|failure|fault)|misconfigur|bad config|out of memory|service unavailable|can'?t create|command (?:not|unrecogni[sz]ed)|syntax error"),
)  # fmt: skip
_SAYINGS_COMPILED = tuple((fault, re.compile(words, re.IGNORECASE)) for fault, words in _SAYINGS)

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
_NAMES = re.compile(r"https?://\S+|<[^<>\s]*>|\S+@\S+|\b(?:[a-z0-9-]+\.){2,}[a-z]{2,}\b", re.IGNORECASE)
_VAGUE = frozenset({Fault.REFUSED, Fault.CLOSED, Fault.NETWORK, Fault.SYSTEM})
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.:-])([45])[0-5]\d(?=[\s#-])")


def fault_of(words: str, status: str = "") -> Fault | None:
    """What the words complain of; where they do not say, what the code stands for; None where neither does."""
    by_words, by_code = fault_of_words(words), fault_of_code(status)
    if by_words is None or (by_words in _VAGUE and by_code in OF_ADDRESS):
        return by_code
    return by_words


def fault_of_words(words: str) -> Fault | None:
    plain = " ".join(_NAMES.sub(" ", words).split())
    return next((fault for fault, pattern in _SAYINGS_COMPILED if pattern.search(plain)), None)


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
