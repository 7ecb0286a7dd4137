"""Talking with an IMAP server (RFC 3501). The folder is opened for reading only: nothing there is ever changed."""

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date

from django.utils.translation import gettext as _
from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from foredesk.kit.sealing import Unsealable, unseal

from .enums import Security, SignIn
from .models import Mailbox
from .tokens import TokenRefused, access_token, forget_token

TIMEOUT = 20.0  # seconds for each answer
LONGEST = 240.0  # seconds that a connection may last, however slowly a server drips
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_UID = re.compile(rb"\bUID (\d+)")
_QUOTED = re.compile(r"""b(?P<mark>['"])(?P<words>.*)(?P=mark)\]?$""", re.DOTALL)  # as imaplib puts a server's words
_SIZE = re.compile(
    rb"\bRFC822\.SIZE (\d+)"
)  # What servers say where a name and password may be right all the same (RFC 5530, 3; the words are Gmail's, Dovecot's
# and Exchange's).
_PASSING = re.compile(
    r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG|THROTTLED)\b"
    r"|too many|temporar|try again|throttl|unavailable|timed? ?out|busy",
    re.IGNORECASE,
)

# After these there is no connection any more.
BROKE_OFF = (OSError, imaplib.IMAP4.abort)
# What a conversation with a server can end with.
PROBLEMS = (OSError, imaplib.IMAP4.error, ImapToolsError, TokenRefused, Unsealable, UnicodeError, ValueError)


class Trouble(Exception):
    """Fetching does not work. The text is a sentence for people, with what they can do about it.

    `said`: the server's own words. `is_refusal`: it does not accept our name and secret, which no waiting will mend.
    """

    def __init__(self, sentence: str, said: str = "", *, is_refusal: bool = False) -> None:
        super().__init__(sentence)
        self.said, self.is_refusal = said, is_refusal


class NotHandedOut(Exception):
    """The server has a message and does not give it. The text: its own words, "" where it has none."""


class Line:
    """One connection, step by step: each returns what was said, and raises one of PROBLEMS."""

    def __init__(self, mailbox: Mailbox, *, keep: Callable[[str], None], is_fresh: bool = False) -> None:
        self.mailbox, self.keep, self.is_fresh = mailbox, keep, is_fresh
        self.box: BaseMailBox | None = None
        self.validity, self.next_uid, self.messages = 0, 0, 0
        self._watch: threading.Timer | None = None

    def find(self) -> str:
        found = socket.getaddrinfo(self.mailbox.host, self.mailbox.port, type=socket.SOCK_STREAM)
        return ", ".join(dict.fromkeys(str(one[4][0]) for one in found))

    def connect(self) -> str:
        mailbox = self.mailbox
        if mailbox.security == Security.TLS:
            context = ssl.create_default_context()
            self.box = MailBox(mailbox.host, mailbox.port, timeout=TIMEOUT, ssl_context=context)
        elif mailbox.security == Security.STARTTLS:
            context = ssl.create_default_context()
            self.box = MailBoxStartTls(mailbox.host, mailbox.port, timeout=TIMEOUT, ssl_context=context)
        else:
            self.box = MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=TIMEOUT)
        self._watch = threading.Timer(LONGEST, self._cut)
        self._watch.daemon = True
        self._watch.start()
        connected = self.box.client.sock
        return str(connected.version()) if isinstance(connected, ssl.SSLSocket) else ""

    def sign_in(self) -> str:
        box, mailbox = self._box(), self.mailbox
        if mailbox.sign_in == SignIn.XOAUTH2:
            token = access_token(mailbox, keep=self.keep, is_fresh=self.is_fresh)
            try:
                box.xoauth2(mailbox.username, token, initial_folder=None)
            except (imaplib.IMAP4.error, ImapToolsError):
                forget_token(mailbox)
                raise
            return ""
        password = unseal(mailbox.secret) if mailbox.secret else ""
        # LOGIN knows ASCII only; what goes beyond is said as UTF-8 with AUTHENTICATE PLAIN (RFC 4616).
        says = box.login if (mailbox.username + password).isascii() else box.login_utf8
        says(mailbox.username, password, initial_folder=None)
        return ""

    def open_folder(self) -> str:
        box = self._box()
        box.folder.set(self.mailbox.folder, readonly=True)
        self.validity = self._told("UIDVALIDITY")
        if not self.validity:
            raise imaplib.IMAP4.error("The server gives the folder no UIDVALIDITY.")
        self.messages = self._told("EXISTS")
        self.next_uid = self._told("UIDNEXT") or max(self.uids_after(0), default=0) + 1
        return ""

    def uids_after(self, last: int, since: date | None = None) -> list[int]:
        """The UIDs above `last`, ascending; with `since` only of messages that arrived on that day or later."""
        wanted = f"UID {last + 1}:*"
        if since is not None:
            wanted += f" SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        # "n:*" always names the last message too, even when its UID is below n (RFC 3501, 6.4.8).
        return sorted(uid for uid in map(int, self._box().uids(wanted, charset=None)) if uid > last)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Bytes of each message, as the server counts them; what is gone meanwhile is missing. Raises NotHandedOut."""
        found = {}
        with _handing_out():
            for item in self._fetch(",".join(map(str, uids)), "(UID RFC822.SIZE)"):
                line = item[0] if isinstance(item, tuple) else item
                uid, size = _UID.search(line or b""), _SIZE.search(line or b"")
                if uid and size:
                    found[int(uid[1])] = int(size[1])
        return found

    def raw(self, uid: int, *, head_only: bool = False) -> bytes | None:
        """The message byte for byte, or its header; None when it is gone. PEEK: it stays as unread as it was.

        Raises NotHandedOut, also for an answer without a body to which the server still has the message.
        """
        with _handing_out():
            raw = self._body(uid, "[HEADER]" if head_only else "[]")
            if not raw and self._box().uids(f"UID {uid}", charset=None):
                raise NotHandedOut
        return raw or None

    def hands_out_any(self, uids: Sequence[int]) -> bool:
        """Whether the server gives the first byte of one of these messages."""
        for uid in uids:
            with suppress(NotHandedOut), _handing_out():
                if self._body(uid, "[]<0.1>"):
                    return True
        return False

    def end(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        if self.box is not None:
            with suppress(*PROBLEMS):
                self.box.logout()
            with suppress(OSError):
                self.box.client.shutdown()

    def _body(self, uid: int, part: str) -> bytes:
        items = self._fetch(str(uid), f"(BODY.PEEK{part})")
        return next((bytes(item[1]) for item in items if isinstance(item, tuple)), b"")

    def _fetch(self, uids: str, what: str) -> list[bytes | tuple[bytes, bytes] | None]:
        answer, items = self._box().client.uid("FETCH", uids, what)
        if answer != "OK":
            raise imaplib.IMAP4.error(_last_words(items))
        return items

    def _told(self, what: str) -> int:
        found = self._box().client.untagged_responses.get(what)
        return int(found[-1]) if found and isinstance(found[-1], bytes) else 0

    def _box(self) -> BaseMailBox:
        if self.box is None:
            raise OSError("There is no connection.")
        return self.box

    def _cut(self) -> None:
        with suppress(OSError, AttributeError):
            self._box().client.sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def _handing_out() -> Iterator[None]:
    """A NO or BAD to a FETCH is about the message, unless the connection goes with it."""
    try:
        yield
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as problem:
        raise NotHandedOut(said_by(problem)) from problem


def steps_of(line: Line) -> list[tuple[str, Callable[[], str], Callable[[Exception, Mailbox], str]]]:
    """What happens before the first message is read: a name, the step, and why it may fail, in plain words."""
    return [
        (_("Find the server’s name"), line.find, _why_not_found),
        (_("Connect"), line.connect, _why_not_connected),
        (_("Sign in"), line.sign_in, _why_not_signed_in),
        (_("Open the folder"), line.open_folder, _why_not_opened),
    ]


@contextmanager
def opened(mailbox: Mailbox, *, keep: Callable[[str], None]) -> Iterator[Line]:
    """A line with its folder open. Raises Trouble, also for what goes wrong inside."""
    line = Line(mailbox, keep=keep)
    why_not: Callable[[Exception, Mailbox], str] = _why_it_broke
    try:
        for _name, step, why in steps_of(line):
            why_not = why
            step()
        why_not = _why_it_broke
        yield line
    except (Trouble, GeneratorExit):
        raise
    except PROBLEMS as problem:
        is_refusal = why_not is _why_not_signed_in and _is_refusal(problem)
        raise Trouble(why_not(problem, mailbox), said_by(problem), is_refusal=is_refusal) from problem
    finally:
        line.end()


def said_by(problem: Exception) -> str:
    """What a server or the system said, on one line."""
    result = getattr(problem, "command_result", None)  # imap-tools': the answer with what came before it
    if isinstance(result, tuple) and len(result) > 1 and isinstance(result[1], list):
        return _last_words(result[1])
    said = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    if found := _QUOTED.search(said):
        said = found["words"]
    return " ".join(said.split())[:300]


def _last_words(items: object) -> str:
    last = items[-1] if isinstance(items, list) and items else b""
    return last.decode("utf-8", "replace")[:300] if isinstance(last, bytes) else ""


def _server(mailbox: Mailbox) -> dict[str, object]:
    return {"host": mailbox.host, "port": mailbox.port, "folder": mailbox.folder}


def _why_not_found(problem: Exception, mailbox: Mailbox) -> str:
    return _("Nobody knows a server called %(host)s. Look at its name.") % _server(mailbox)


def _why_not_connected(problem: Exception, mailbox: Mailbox) -> str:
    if isinstance(problem, TimeoutError):
        return _("Nothing answers at %(host)s, port %(port)d. A firewall on the way is likely.") % _server(mailbox)
    if isinstance(problem, ssl.SSLCertVerificationError):
        return _("The certificate is not valid for %(host)s. Use the name that it was made for.") % _server(mailbox)
    if isinstance(problem, ssl.SSLError):
        return _(
            "%(host)s does not speak TLS like this on port %(port)d. Port 993 is TLS at once, 143 begins plain."
        ) % _server(mailbox)
    if isinstance(problem, ConnectionRefusedError):
        return _("Nothing listens at %(host)s, port %(port)d. Look at name and port; 993 is usual.") % _server(mailbox)
    return _("Something answers at %(host)s, port %(port)d, but does not speak as a mailbox server does.") % _server(
        mailbox
    )


def _is_refusal(problem: Exception) -> bool:
    """Whether what went wrong when we signed in is about our name and secret, and no passing fault of the server."""
    if isinstance(problem, TokenRefused):
        return problem.is_final
    return not (isinstance(problem, BROKE_OFF) or _PASSING.search(said_by(problem)))


def _why_not_signed_in(problem: Exception, mailbox: Mailbox) -> str:
    if isinstance(problem, Unsealable):
        return _("The kept password cannot be read any more, because SECRET_KEY was changed. Enter it anew.")
    if isinstance(problem, TokenRefused):
        if problem.is_final:
            return _("The provider gives no access: the secret has expired or was withdrawn. Make a new one there.")
        return _("The provider’s token address does not answer. It is tried again by itself.")
    if isinstance(problem, OSError | imaplib.IMAP4.abort):
        return _why_it_broke(problem, mailbox)
    if not _is_refusal(problem):
        return _("The server lets nobody in at the moment. It is tried again by itself.")
    if mailbox.sign_in == SignIn.XOAUTH2:
        return _("The server does not accept the provider’s token for this user name. Look at both, and at the scope.")
    return _(
        "The server does not accept this name and password. Many providers want a password made for programs (an “app "
        "password”)."
    )


def _why_not_opened(problem: Exception, mailbox: Mailbox) -> str:
    if isinstance(problem, OSError | imaplib.IMAP4.abort):
        return _why_it_broke(problem, mailbox)
    return _("There is no folder “%(folder)s” that this account may read. INBOX is usual.") % _server(mailbox)


def _why_it_broke(problem: Exception, mailbox: Mailbox) -> str:
    return _("The connection to %(host)s broke off. It is tried again by itself.") % _server(mailbox)
