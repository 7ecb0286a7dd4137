"""All stories of the demo, by key."""

from . import (
    borrowing,
    calls,
    computers,
    confidential,
    mail,
    network,
    personas,
    printing,
    programs,
    projects,
    rooms,
    signing_in,
    together,
)
from .story import Story

_THEMES = (
    signing_in,
    printing,
    mail,
    computers,
    rooms,
    network,
    borrowing,
    programs,
    projects,
    calls,
    personas,
    together,
    confidential,
)
STORIES: dict[str, Story] = {story.key: story for theme in _THEMES for story in theme.STORIES}
