"""A Dovecot of the test's own: on a free port of this machine, as whoever runs the tests, gone afterwards."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.operations.installation import free_port

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
import programs
import with_postgres

PASSWORD = "correct horse"

CONFIG = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
mail_location = maildir:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users/%u
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
auth_failure_delay = 0 secs
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.tls_port, self.token_port = free_port(), free_port(), free_port()
        account = pwd.getpwuid(os.geteuid())
        # Dovecot neither talks with strangers nor keeps mail as root.
        helper = pwd.getpwnam("nobody") if account.pw_uid == 0 else account
        group = grp.getgrgid(helper.pw_gid).gr_name
        folder.chmod(0o755)
        (folder / "mail").mkdir()
        os.chown(folder / "mail", helper.pw_uid, helper.pw_gid)
        (folder / "users").mkdir()
        # Whether a token is good is asked at the test's own provider.
        (folder / "oauth2").write_text(
            f"introspection_url = http://127.0.0.1:{self.token_port}/good?token=\nintrospection_mode = get\n"
            "username_attribute = email\nusername_format = %u\n"
        )
        made = certificate(folder)
        pair = f"ssl_cert = <{made}\nssl_key = <{made.with_name('key.pem')}"
        (folder / "config").write_text(
            CONFIG.format(
                folder=folder, port=self.port, tls_port=self.tls_port, ssl="yes", certificate=pair,
                user=helper.pw_name, group=group, uid=helper.pw_uid, gid=helper.pw_gid,
            )
        )  # fmt: skip
        self._log = (folder / "said").open("wb")
        self._process = subprocess.Popen(
            [programs.dovecot() or "dovecot", "-F", "-c", str(folder / "config")],
            stdout=self._log, stderr=self._log, start_new_session=True,
            preexec_fn=with_postgres.end_with_us(),  # noqa: PLW1509 (no threads here)
        )  # fmt: skip
        self._wait()

    def add(self, user: str, password: str = PASSWORD) -> None:
        (self.folder / "users" / user).write_text(f"{user}:{{PLAIN}}{password}\n")

    @contextmanager
    def signed_in(self, user: str, password: str = PASSWORD) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(user, password)
        try:
            yield client
        finally:
            client.logout()

    def put(self, user: str, *mails: bytes, folder: str = "INBOX") -> None:
        """Lay mails into a mailbox, unread."""
        with self.signed_in(user) as client:
            for mail in mails:
                said, _ = client.append(folder, "", "", mail)  # type: ignore[arg-type]
                assert said == "OK"

    def spoil(self, user: str, words: bytes, how: str) -> None:
        """Break the file of the mail that holds these words: “cut” it short, or let it point “nowhere”."""
        with self.signed_in(user) as client:
            client.select("INBOX")  # it learns of the file as it was
        [file] = [
            file for file in (self.folder / "mail" / user).glob("*/*")
            if file.parent.name in {"cur", "new"} and words in file.read_bytes()
        ]  # fmt: skip
        file.unlink()
        if how == "cut":
            file.write_bytes(b"Sub")
        else:
            file.symlink_to("/nowhere")

    def flags(self, user: str) -> list[bytes]:
        with self.signed_in(user) as client:
            client.select("INBOX", readonly=True)
            return [line for line in client.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]

    def count_anew(self, user: str) -> None:
        """Have the server forget its UIDs: the folder gets another UIDVALIDITY."""
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (self.folder / "mail" / user / name).unlink(missing_ok=True)
        time.sleep(1.1)  # UIDVALIDITY is a count of seconds

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._log.close()

    def _wait(self) -> None:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            try:
                imaplib.IMAP4("127.0.0.1", self.port, timeout=2).logout()
                return
            except (OSError, imaplib.IMAP4.error):
                if self._process.poll() is not None:
                    break
                time.sleep(0.05)
        said = (self.folder / "said").read_text() + (self.folder / "log").read_text()
        raise AssertionError(f"Dovecot does not start:\n{said[-3000:]}")


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    # Sockets' paths may have 100 characters at most, and pytest's own folders are long.
    folder = Path(tempfile.mkdtemp(prefix="foredesk-dc-", dir="/tmp"))
    server = None
    try:
        server = Dovecot(folder)
        yield server
    finally:
        if server is not None:
            server.close()
        shutil.rmtree(folder, ignore_errors=True)


def certificate(folder: Path) -> Path:
    """Made by itself, for 127.0.0.1; its key.pem lies beside it."""
    made = folder / "certificate.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
        "-keyout", str(folder / "key.pem"), "-out", str(made),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return made
