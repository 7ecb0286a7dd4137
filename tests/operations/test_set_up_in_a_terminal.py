"""`foredesk setup` as a real process: questions, a file of answers, and never a password on the command line."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

PASSWORD = "seven ponds under a green roof"
ANSWERS = """
[administrator]
name = "Ada Byron"
email = "ada@example.org"
[organisation]
name = "Millbrook"
kind = "town"
[hours]
site = "Town hall"
hours = "8:00–12:00, 13:00–17:00"
country = "GB"
[kinds]
without = ["Council meetings and halls"]
[teams.rapid]
name = "Front office"
agents = ["tom.brook@example.org"]
"""


def _set_up(home: Path, *arguments: str, typed: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    dropped = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "PORT", "FOREDESK_URL", "FOREDESK_DEMO"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return subprocess.run(
        [sys.executable, "-m", "foredesk", "setup", *arguments],
        env={**kept, "FOREDESK_HOME": str(home), "EMAIL_URL": "smtp://127.0.0.1:1", **more},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def _rows(home: Path, table: str) -> int:
    with sqlite3.connect(home / "foredesk.sqlite3") as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(ANSWERS)
    return path


def test_a_file_of_answers_sets_everything_up_once(tmp_path: Path, answers: Path) -> None:
    home = tmp_path / "home"
    asked = _set_up(home, "--answers", str(answers))
    assert asked.returncode == 1
    assert "--password-file" in asked.stderr
    done = _set_up(home, "--answers", str(answers), "--password-file", "-", typed=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    assert "invited: tom.brook@example.org" in done.stdout
    assert "There is only one administrator" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    assert _rows(home, "people_person") == 2
    again = _set_up(home, "--answers", str(answers), "--password-file", "-", typed=f"{PASSWORD}\n")
    assert again.returncode == 1
    assert "set up already" in again.stderr


def test_it_goes_on_where_it_stopped(tmp_path: Path, answers: Path) -> None:
    home, secret = tmp_path / "home", tmp_path / "password"
    secret.write_text(PASSWORD)
    answers.write_text(ANSWERS.replace('country = "GB"', 'country = "Atlantis"'))
    stopped = _set_up(home, "--answers", str(answers), "--password-file", str(secret))
    assert stopped.returncode == 1
    assert "country:" in stopped.stderr
    assert "Mend [hours]" in stopped.stderr
    answers.write_text(ANSWERS.replace("[administrator]", "[nobody]"))  # not asked for again
    assert _set_up(home, "--answers", str(answers)).returncode == 0
    assert _rows(home, "people_person") == 2


def test_questions_have_defaults_and_are_asked_again_when_wrong(tmp_path: Path) -> None:
    home, secret = tmp_path / "home", tmp_path / "password"
    secret.write_text(PASSWORD)
    typed = ["Ada", "ada at home", "ada@example.org", "Millbrook", "town", "", "Town hall", *[""] * 4, "7 8", "no"]
    typed += ["", "tom@example.org", "", "", "", ""]
    done = _set_up(home, "--password-file", str(secret), typed="\n".join(typed) + "\n")
    assert done.returncode == 0, done.stderr
    assert "valid email" in done.stderr
    assert "invited: tom@example.org" in done.stdout
    with sqlite3.connect(home / "foredesk.sqlite3") as database:
        offered = database.execute("SELECT count(*) FROM catalogue_serviceclass WHERE offered").fetchone()[0]
    assert offered == 6


def test_nobody_there_to_answer(tmp_path: Path) -> None:
    asked = _set_up(tmp_path / "home")
    assert asked.returncode == 1
    assert "--answers" in asked.stderr
    assert "Traceback" not in asked.stderr


def test_the_link_is_shown_until_there_is_an_administrator(tmp_path: Path, answers: Path) -> None:
    home = tmp_path / "home"
    shown = _set_up(home, "--link")
    assert "/setup/?key=" in shown.stdout
    _set_up(home, "--answers", str(answers), "--password-file", "-", typed=PASSWORD)
    assert "sign in" in _set_up(home, "--link").stderr
    assert not (home / "setup_key").exists()


@pytest.mark.parametrize("words", ["[administrator\n", "\x00"])
def test_a_file_that_is_no_toml(tmp_path: Path, words: str) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(words)
    refused = _set_up(tmp_path / "home", "--answers", str(path))
    assert refused.returncode == 1
    assert "cannot be read" in refused.stderr
