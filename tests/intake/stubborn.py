"""A small IMAP server on this machine that does what real ones do to single messages: refuse, say nothing, hang up."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.serving import in_a_thread

_FETCH = re.compile(r"UID FETCH (\S+) \((.*)\)")
_SEARCH = re.compile(r"UID SEARCH UID (\d+)(?::(\*|\d+))?")


class _Conversation(socketserver.StreamRequestHandler):
    stub: "Stubborn"
    disable_nagle_algorithm = True  # it would wait after each line

    def handle(self) -> None:
        self.say("* OK ready")
        for line in self.rfile:
            tag, _space, said = line.decode().strip().partition(" ")
            if not self.answer(tag, said):
                return

    def answer(self, tag: str, said: str) -> bool:
        """False: the connection ends."""
        word = said.partition(" ")[0].upper()
        if found := _FETCH.match(said):
            return self.fetch(tag, [int(uid) for uid in found[1].split(",")], found[2])
        if found := _SEARCH.match(said):
            first, last = int(found[1]), found[2] or found[1]
            last = max([*self.stub.mails, first]) if last == "*" else int(last)
            self.say(" ".join(["* SEARCH", *(str(uid) for uid in self.stub.mails if first <= uid <= last)]))
        elif word == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif word == "EXAMINE":
            self.say(f"* {len(self.stub.mails)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {self.stub.validity}] valid")
            self.say(f"* OK [UIDNEXT {max(self.stub.mails, default=0) + 1}] next")
        self.say(f"{tag} {self.stub.signs_in if word == 'LOGIN' else 'OK done'}")
        return word != "LOGOUT"

    def fetch(self, tag: str, uids: list[int], what: str) -> bool:
        stub = self.stub
        for uid in (one for one in uids if one in stub.mails):
            mail, mood = stub.mails[uid], stub.moods.get(uid, "")
            if mood == "hangs up early" or (mood == "hangs up" and "SIZE" not in what):
                self.say("* BYE Internal error")
                return False
            if "SIZE" in what and mood != "no size":
                self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(mail)})")
                continue
            if what == "BODY.PEEK[]":
                stub.wanted.append(uid)
            is_head = "HEADER" in what
            if mood == "bad":
                self.say(f"{tag} BAD Command Error. 12")
                return True
            if stub.refuses_all or mood in {"no", "no size"} or (mood == "no body" and not is_head):
                self.say(f"{tag} NO [SERVERBUG] Server error while fetching")
                return True
            if mood == "nil":
                self.say(f"* {uid} FETCH (UID {uid} BODY[] NIL)")
                continue
            given = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if is_head else mail
            self.give(uid, given[:1] if "<0.1>" in what else given, drips=mood == "drips")
        self.say(f"{tag} OK done")
        return True

    def give(self, uid: int, content: bytes, *, drips: bool) -> None:
        self.say(f"* {uid} FETCH (UID {uid} BODY[] {{{len(content)}}}")
        for at in range(len(content) if drips else 0):
            self.wfile.write(content[at : at + 1])
            if self.stub.ended.wait(0.05):
                return
        self.wfile.write((b"" if drips else content) + b")\r\n")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class Stubborn:
    """`mails` by UID, and what happens to each that is in `moods` when its content is wanted.

    “no”, “bad”: refused; “no size”: refused when its size is asked for too; “no body”: its head comes, its whole is
    refused; “nil”: an answer without it; “hangs up”, “hangs up early”: the connection ends, or did when its size was
    asked for; “drips”: a byte now and then.
    """

    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.moods: dict[int, str] = {}
        self.refuses_all = False
        self.signs_in = "OK LOGIN completed"
        self.validity = 7
        self.wanted: list[int] = []  # the UIDs whose whole was asked for
        self.ended = threading.Event()
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Of", (_Conversation,), {"stub": self}))
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]  # whoever drips is cut off
        self.port: int = self.server.server_address[1]


@contextmanager
def stubborn() -> Iterator[Stubborn]:
    one = Stubborn()
    with in_a_thread(one.server):
        try:
            yield one
        finally:
            one.ended.set()
