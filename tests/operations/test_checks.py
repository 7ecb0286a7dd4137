"""What `foredesk check` says about an installation."""

from pathlib import Path
from typing import Any

import pytest

from foredesk.operations import checks


def test_a_sound_installation_has_nothing_to_say(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    assert checks.data_folder_is_ours() == []
    assert checks.time_zone_is_known() == []
    assert checks.passwords_travel_safely() == []


def test_a_data_folder_that_is_not_there(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "nowhere"
    [found] = checks.data_folder_is_ours()
    assert "FOREDESK_HOME" in found.hint


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", ""])
def test_a_zone_that_does_not_exist(settings: Any, zone: str) -> None:
    settings._wrapped.TIME_ZONE = zone  # Django itself would try to switch to it
    try:
        [found] = checks.time_zone_is_known()
        assert "Europe/Amsterdam" in found.hint
    finally:
        settings._wrapped.TIME_ZONE = "Europe/Amsterdam"


@pytest.mark.parametrize(
    ("url", "warnings"),
    [("http://desk.example.edu", 1), ("https://desk.example.edu", 0), ("http://localhost:8000", 0)],
)
def test_plain_http_is_warned_of(settings: Any, url: str, warnings: int) -> None:
    settings.BASE_URL = url
    assert len(checks.passwords_travel_safely()) == warnings
