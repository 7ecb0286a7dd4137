"""Mail that a machine wrote is told from mail that a person wrote, list mail among it."""

import time

import pytest

from foredesk.intake.rules.letters import MachineKind
from foredesk.intake.rules.machines import machine_of
from foredesk.intake.rules.parsing import parsed

WORDS = "The printer on the second floor prints nothing."


def judged(head: str = "", body: str = WORDS, *, sender: str = "Maya <maya@ashgrove.example>", envelope_from: str = ""):
    raw = f"From: {sender}\nTo: desk@ashgrove.example\n{head}\n\n{body}\n"
    return machine_of(parsed(raw.encode()), envelope_from=envelope_from, text=body)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "Subject: Printer",
        "Auto-Submitted: no",
        "Auto-Submitted: No (a person wrote this)",
        "Return-Path: <maya@ashgrove.example>",
        "Subject: Re: Automatic reply: Printer",
        "Subject: Out of office assistant does not work",
        "Subject: My mail was returned: delivery failed",
        "Subject: FW: Undeliverable: Printer",
        "Subject: Automatic doors do not open",
        "X-Autoreply: no",
        "X-Foredesk-Priority: urgent\nX-Spam-Flag: YES",
    ],
)
def test_what_a_person_wrote(head):
    machine = judged(head)
    assert machine.kind == MachineKind.NONE
    assert machine.may_be_answered
    assert machine.because == ""


@pytest.mark.parametrize(
    "head",
    [
        "List-Id: <staff.lists.ashgrove.example>",
        "Precedence: list",
        "Precedence: Bulk",
        "Precedence: junk",
        "List-Unsubscribe: <mailto:leave@lists.ashgrove.example>",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "X-Auto-Response-Suppress: All",
    ],
)
def test_what_is_not_answered_though_a_person_wrote_it(head):
    machine = judged(head)
    assert machine.kind == MachineKind.NONE
    assert not machine.may_be_answered
    assert machine.because in head or machine.because.lower() in head.lower()


def test_a_wish_for_fewer_receipts_alone_is_none_about_answers():
    assert judged("X-Auto-Response-Suppress: RN, NRN").may_be_answered


@pytest.mark.parametrize(
    ("head", "kind", "because"),
    [
        ("Auto-Submitted: auto-replied", MachineKind.AUTO_REPLY, "Auto-Submitted: auto-replied"),
        ("Auto-Submitted: auto-replied (vacation); owner=maya", MachineKind.AUTO_REPLY, "auto-replied"),
        ("Auto-Submitted: auto-generated", MachineKind.NOTICE, "Auto-Submitted: auto-generated"),
        ("Auto-Submitted: yes", MachineKind.NOTICE, "Auto-Submitted: yes"),
        ("X-Autoreply: yes", MachineKind.AUTO_REPLY, "X-Autoreply: yes"),
        ("X-Autorespond: Printer", MachineKind.AUTO_REPLY, "X-Autorespond"),
        ("Precedence: auto_reply", MachineKind.AUTO_REPLY, "Precedence: auto_reply"),
        ("X-Mailer: vacation 1.2", MachineKind.AUTO_REPLY, "X-Mailer: vacation"),
        ("Return-Path: <>", MachineKind.NOTICE, "Return-Path: <>"),
        ("Return-Path: <>\nIn-Reply-To: <1@ashgrove.example>", MachineKind.AUTO_REPLY, "Return-Path: <>"),
        ("Return-Path: <MAILER-DAEMON>\nSubject: Late", MachineKind.NOTICE, "Return-Path: <MAILER-DAEMON>"),
        ("X-Cron-Env: <SHELL=/bin/sh>", MachineKind.NOTICE, "X-Cron-Env"),
    ],
)
def test_signs_in_the_header(head, kind, because):
    machine = judged(head)
    assert machine.kind == kind
    assert because in machine.because
    assert not machine.may_be_answered


def test_the_null_return_path_of_the_envelope():
    assert judged(envelope_from="<>").kind == MachineKind.NOTICE
    assert judged(envelope_from="maya@ashgrove.example").kind == MachineKind.NONE


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Printer",
        "Auto-Reply: Printer",
        "Autoreply: Printer",
        "[Auto-Reply] Printer",
        "Out of Office: Printer",
        "Out of Office AutoReply: Printer",
        "Out of the office",
        "Automatische Antwort: Drucker",
        "Abwesenheitsnotiz: Drucker",
        "Réponse automatique : Imprimante",
        "Respuesta automática: Impresora",
        "Risposta automatica: Stampante",
        "Resposta automática: Impressora",
        "Automatisch antwoord: Printer",
        "Automatiskt svar: Skrivare",
        "Autosvar: Printer",
        "Automaattinen vastaus: Tulostin",
        "Odpowiedź automatyczna: Drukarka",
        "Automatická odpověď: Tiskárna",
        "Otomatik yanıt: Yazıcı",
        "Автоматический ответ: Принтер",
        "自動返信: プリンター",
        "自动回复: 打印机",
    ],
)
def test_subjects_of_answers_that_nobody_wrote(subject):
    machine = judged(f"Subject: {subject}")
    assert machine.kind == MachineKind.AUTO_REPLY
    assert machine.because.startswith("Subject: “")


@pytest.mark.parametrize(
    ("sender", "head", "body"),
    [
        (
            "MAILER-DAEMON@mx.example",
            "Subject: failure notice",
            "Hi. This is the mail program. I could not deliver your message to <kim@b.example>.",
        ),
        ("Mail Delivery System <Mailer-Daemon@mx.example>", "Subject: Warning: message delayed", "Nothing to do."),
        ("Postmaster <postmaster@mx.example>", "Subject: Undeliverable: Printer", "550 5.1.1 no such user"),
        ("System Administrator <admin@b.example>", "Subject: Non remis : Imprimante", "Unbekannt"),
        (
            "post_master@mx.example",
            "Subject: Re: Printer",
            "Error: 550 no such user here\nRCPT TO: kim@b.example",
        ),
        ("robot@mx.example", "Return-Path: <>\nSubject: Returned mail", "See transcript."),
        ("Kim <kim@b.example>", "X-Failed-Recipients: kim@b.example\nSubject: x", "…"),
        ("Мыло <mailer-daemon@mx.example>", "Subject: Недоставленное сообщение", "Письмо не было доставлено."),
    ],
)
def test_bounces_in_a_servers_own_words(sender, head, body):
    machine = judged(head, body, sender=sender)
    assert machine.kind == MachineKind.BOUNCE
    assert machine.because


def test_a_postmaster_may_be_a_person():
    head = "Subject: Re: Undeliverable: Printer"
    assert judged(head, "Dear Kim, thank you for telling me.", sender="Ada <postmaster@b.example>").kind == ""


def test_a_carrier_that_says_nothing_of_failure():
    assert judged("Subject: Hello", "Hello.", sender="mailer-daemon@b.example").kind == MachineKind.NOTICE


def report(kind: str, part: str) -> str:
    return (
        f'Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nA report.\n\n--b\nContent-Type: {part}\n\nField: value\n\n--b--\n"
    )


@pytest.mark.parametrize(
    ("kind", "part", "is_kind"),
    [
        ("delivery-status", "message/delivery-status", MachineKind.BOUNCE),
        ("delivery-status", "text/plain", MachineKind.BOUNCE),
        ("feedback-report", "message/feedback-report", MachineKind.FEEDBACK),
        ("disposition-notification", "message/disposition-notification", MachineKind.AUTO_REPLY),
    ],
)
def test_reports(kind, part, is_kind):
    raw = "From: Maya <maya@ashgrove.example>\n" + report(kind, part)
    assert machine_of(parsed(raw.encode()), text="A report.").kind == is_kind


def test_a_report_that_a_person_passes_on_is_a_persons_mail():
    inner = "From: MAILER-DAEMON@mx.example\n" + report("delivery-status", "message/delivery-status")
    raw = (
        "From: Maya <maya@ashgrove.example>\nSubject: Fwd: failure notice\n"
        'Content-Type: multipart/mixed; boundary="o"\n\n'
        "--o\nContent-Type: text/plain\n\nThis came back to me: mail delivery failed. Why?\n\n"
        f"--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    )
    text = "This came back to me: mail delivery failed. Why?"
    assert machine_of(parsed(raw.encode()), text=text).kind == MachineKind.NONE


def test_notices_of_a_sending_service():
    bounce = '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"kim@b.example"}]}}'
    assert judged("Subject: Notification", bounce, sender="no-reply@sns.example").kind == MachineKind.BOUNCE
    complaint = bounce.replace('"Bounce"', '"Complaint"')
    assert judged("Subject: Notification", complaint, sender="no-reply@sns.example").kind == MachineKind.FEEDBACK


@pytest.mark.parametrize("piece", ["delivery ", "not ", "mail ", "-", "a@b.example ", "recipient ", "550 ", "auto"])
def test_long_texts_take_little_time(piece):
    text = piece * (400_000 // len(piece))
    message = parsed(b"From: mailer-daemon@mx.example\nSubject: " + text[:2000].encode() + b"\n\nx")
    begun = time.process_time()
    machine_of(message, text=text)
    assert time.process_time() - begun < 1
