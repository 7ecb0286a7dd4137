"""What every command looks at before it begins."""

from pathlib import Path
from typing import Any

import pytest

from foredesk.operations import checks


def test_a_sound_installation_has_nothing_to_say(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    assert checks.can_work_like_this() == []


def test_a_data_folder_that_is_not_there(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "nowhere"
    [found] = checks.can_work_like_this()
    assert "FOREDESK_HOME" in found.hint


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", ""])
def test_a_zone_that_does_not_exist(settings: Any, tmp_path: Path, zone: str) -> None:
    settings.HOME = tmp_path
    settings._wrapped.TIME_ZONE = zone  # Django itself would try to switch to it
    try:
        [found] = checks.can_work_like_this()
        assert "Europe/Amsterdam" in found.hint
    finally:
        settings._wrapped.TIME_ZONE = "Europe/Amsterdam"
