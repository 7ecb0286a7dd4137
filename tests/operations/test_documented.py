"""A setting or a command that nobody can read about does not exist."""

import re
from pathlib import Path

from django.core.management import get_commands

PAGE = Path("docs/operations/settings.md")


def test_every_setting_is_documented_and_every_documented_one_exists():
    read = set(re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", Path("foredesk/config/settings.py").read_text()))
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text(), re.MULTILINE))
    assert told == read


def test_every_command_of_ours_is_documented():
    ours = {name for name, app in get_commands().items() if str(app).startswith("foredesk.")}
    told = set(re.findall(r"^\| `foredesk (\w+)` \|", PAGE.read_text(), re.MULTILINE))
    assert ours
    assert told == ours
