"""The evaluation of mail, on a small collection of our own making, as the command that people run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evaluations.email import KEYS, is_input
from evaluations.expected import expected_of, visible

HERE = Path(__file__).resolve().parents[2]
MAIL = "From: Maya Ortiz <maya@b.example>\nTo: desk@c.example\nSubject: Printer\n\nIt prints nothing.\n"
REPORT = (
    "From: MAILER-DAEMON@b.example\nSubject: failure notice\n\n"
    "Could not be delivered.\n<kim@b.example>:\n550 5.1.1 User unknown\n"
)
FILES = {
    "zammad/one.box": (MAIL, "inbound ticket mail"),
    "zammad/one.yml": (
        "from_email: maya@b.example\nfrom_display_name: Maya Ortiz\nsubject: Printer\n"
        "body: <p>It prints nothing.</p>\n",
        "expected-parse",
    ),
    "zammad/two.box": (MAIL.replace("Printer", "Phone"), "inbound ticket mail"),
    "zammad/two.yml": ("subject: Telephone\nattachments: []\n", "expected-parse"),
    "sisimai/bsd/a.eml": (REPORT, "bounce/auto-reply"),
    "sisimai/bsd/b.eml": (MAIL.replace("Printer", "Screen"), "bounce/auto-reply"),
    "spam/ham.txt": (MAIL.replace("Printer", "Mouse"), "ham"),
    "quotes/fragment.txt": ("On Monday.\n", "reply quoting"),
    "discourse-email-reply-trimmer/emails__a.txt": (
        "Fine.\n\nOn 3 Feb 2025 at 16:58 Kim <kim@b.example> wrote:\n> Well?\n",
        "reply trimming: emails=input, others=expected",
    ),
    "discourse-email-reply-trimmer/trimmed__a.txt": ("Fine.\n", "reply trimming: emails=input, others=expected"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = ["file,kind"]
    for name, (text, kind) in FILES.items():
        path = tmp_path / "email" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        rows.append(f'email/{name},"{kind}"')
    (tmp_path / "email/manifest.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "email/sisimai_expected.csv").write_text("file,hard_bounce\na.eml,false\na.eml,true\n")
    return tmp_path


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", "evaluations.email", *arguments]
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout


def test_it_prints_one_object(folder):
    found = json.loads(run("--score", str(folder), "--json"))
    assert tuple(found) == KEYS
    assert found == {
        "inputs": 5,
        "crashed": 0,
        "lost": 0,
        "quarantined": 0.0,
        "subject": 0.5,
        "from": 1.0,
        "attachments": 1.0,
        "body": 1.0,
        "hard_bounce": 1.0,
        "auto_recall": 0.5,
        "auto_false": 0,
        "trimming_exact": 1.0,
        "answer_hidden": 0,
    }


def test_the_table_says_of_how_many(folder):
    lines = run("--score", str(folder), "--wrong").splitlines()
    assert "subject          0.5      1 of 2" in lines
    assert "    zammad/two.box" in lines


@pytest.mark.parametrize(
    ("name", "head", "is_one"),
    [
        ("a.eml", b"From: a@b.example\n\nHello", True),
        ("a.box", b"From a@b.example Mon Feb  3 2025\nSubject: x\r\n\r\nHello", True),
        ("a.box", b"--- A mail ---\nReceived: by x\nFrom: a@b.example\n\nHello", True),
        ("a.txt", b"Content-Type: text/plain\n\n", True),
        ("a.txt", b"X-Own: 1\r\rHello", False),
        ("a.txt", b"Hey:)\n\nFrom: a@b.example\n", False),
        ("a.txt", b"An answer\nFrom: a@b.example\nSubject: x\n", False),
        ("a.json", b"From: a@b.example\n\nHello", False),
        ("a_decoded_1.txt", b"From: a@b.example\n\nHello", False),
        ("a.txt", b"", False),
    ],
)
def test_what_an_input_is(name, head, is_one):
    assert is_input(Path(name), head) is is_one


def test_what_is_not_said_does_not_count(folder):
    expected = expected_of(folder / "email/zammad/two.box")
    assert expected is not None
    assert (expected.subject, expected.address, expected.files, expected.bodies) == ("Telephone", None, {}, ())


def test_visible_text():
    assert visible("<style>p {}</style><p>One&nbsp;<b>two</b>th</p><!-- no --><div>three</div>") == "One twoth three"
