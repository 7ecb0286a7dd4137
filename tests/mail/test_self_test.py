"""The self-test against real servers on this machine: plain, with TLS both ways, and in every way it can go wrong."""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from foredesk.mail import queries
from foredesk.mail.actions import Step, run_self_test
from foredesk.mail.enums import OutboxState
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person

from .conftest import Sink, free_port

pytestmark = pytest.mark.django_db
Make = Callable[..., Person]
Serve = Callable[..., Sink]


def _certificate(folder: Path, host: str) -> Path:
    """A certificate that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def serve(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """`serve(tls="starttls" | "at once" | "", host=…, password=…)`: such a server, and settings that lead to it."""
    running: list[Controller] = []

    def start(tls: str = "", host: str = "localhost", password: str = "") -> Sink:
        sink, more = Sink(), {}
        if tls:
            path = _certificate(tmp_path, host)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(path)
            monkeypatch.setenv("SSL_CERT_FILE", str(path))
            more = {"ssl_context": context} if tls == "at once" else {"tls_context": context}
        if password:
            more |= {
                "authenticator": lambda server, session, envelope, mechanism, data: AuthResult(
                    success=data.password == password.encode(), handled=False
                ),
                "auth_required": True,
                "auth_require_tls": bool(tls),
            }
        server = Controller(sink, hostname="127.0.0.1", port=free_port(), **more)
        server.start()
        running.append(server)
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", server.port
        settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = tls == "at once", tls == "starttls"
        return sink

    settings.MAIL_TRANSPORT = "smtp"
    settings.DEFAULT_FROM_EMAIL = "IT desk <desk@college.example>"
    yield start
    for server in running:
        server.stop()


def _failed(steps: list[Step]) -> Step:
    assert len(steps) == 5
    states = [step.state for step in steps]
    at = states.index("failed")
    assert states == ["done"] * at + ["failed"] + ["open"] * (4 - at)
    assert steps[at].said
    assert steps[at].advice
    return steps[at]


@pytest.mark.parametrize("tls", ["", "starttls", "at once"])
def test_a_real_mail_arrives(serve: Serve, person: Make, tls: str) -> None:
    sink, ada = serve(tls), person(name="Ada Byron")
    steps = run_self_test(by=ada)
    assert [step.state for step in steps] == ["done"] * 5
    assert bool(steps[2].said.startswith("TLSv1")) == bool(tls)
    [mail] = sink.mails
    assert mail["To"] == f"Ada Byron <{ada.email}>"
    assert mail["From"] == "IT desk <desk@college.example>"
    kept = queries.last_self_test()
    assert kept is not None
    assert kept.state == OutboxState.SENT
    assert queries.last_sent() == kept.sent_at


def test_signing_in(serve: Serve, person: Make, settings: Any) -> None:
    sink = serve("starttls", password="right")
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "right"
    steps = run_self_test(by=person())
    assert steps[3].said.startswith("235")
    assert len(sink.mails) == 1
    settings.EMAIL_HOST_PASSWORD = "wrong"
    failed = _failed(run_self_test(by=person()))
    assert failed.said.startswith("535")
    assert "name and password" in failed.advice
    assert "right" not in failed.said + failed.advice


def test_a_server_that_wants_somebody_to_sign_in(serve: Serve, person: Make) -> None:
    serve("starttls", password="right")
    failed = _failed(run_self_test(by=person()))
    assert failed.said.startswith("530")
    assert "EMAIL_URL" in failed.advice


def test_signing_in_where_nobody_can(serve: Serve, person: Make, settings: Any) -> None:
    serve()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "right"
    assert "Leave name and password out" in _failed(run_self_test(by=person())).advice


def test_a_closed_port(person: Make, serve: Serve, settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    failed = _failed(run_self_test(by=person()))
    assert "Nothing listens" in failed.advice


def test_a_name_that_nobody_knows(person: Make, serve: Serve, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.invalid"
    assert "mail.invalid" in _failed(run_self_test(by=person())).advice


def test_something_that_is_no_mail_server(person: Make, serve: Serve, settings: Any) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings.EMAIL_HOST, settings.EMAIL_PORT = other.getsockname()
        other.settimeout(5)
        import threading

        def say() -> None:
            answering, _address = other.accept()
            answering.sendall(b"554 no mail here\r\n")
            answering.close()

        threading.Thread(target=say).start()
        failed = _failed(run_self_test(by=person()))
    assert failed.said == "554 no mail here"


@pytest.mark.parametrize("tls", ["starttls", "at once"])
def test_a_certificate_for_another_name(serve: Serve, person: Make, tls: str) -> None:
    sink = serve(tls, host="mail.elsewhere.example")
    steps = run_self_test(by=person())
    assert "not valid for localhost" in _failed(steps).advice
    assert steps[1].state == "done"
    assert not sink.mails


def test_tls_where_there_is_none(serve: Serve, person: Make, settings: Any) -> None:
    serve()
    settings.EMAIL_USE_TLS = True
    assert "offers no encryption" in _failed(run_self_test(by=person())).advice
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = False, True
    assert "does not speak TLS" in _failed(run_self_test(by=person())).advice


def test_a_server_that_refuses_the_mail(serve: Serve, person: Make) -> None:
    serve().answers = ["550 not from you"]
    failed = _failed(run_self_test(by=person()))
    assert failed.said == "550 not from you"
    [kept] = OutboxMessage.objects.all()
    assert kept.state == OutboxState.FAILED
    assert "550 not from you" in kept.error


def test_only_the_last_one_is_kept(serve: Serve, person: Make) -> None:
    sink = serve()
    sink.answers = ["451 later"]
    for _ in range(2):
        run_self_test(by=person())
    [kept] = OutboxMessage.objects.all()
    assert kept.state == OutboxState.SENT
    assert queries.failed_in_the_open() == 0
