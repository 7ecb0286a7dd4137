import re
from pathlib import Path

from foredesk.tickets.enums import TRANSITIONS, State

DRAWN = {
    "Asked": State.ASKED,
    "Working": State.WORKING,
    "Waiting": State.WAITING,
    "Offered": State.OFFERED,
    "Closed": State.CLOSED,
}


def test_the_diagram_shows_the_transition_table():
    text = Path("docs/architecture.md").read_text()
    drawn = {(DRAWN[a], DRAWN[b]) for a, b in re.findall(r"^    (\w+) --> (\w+)", text, re.MULTILINE)}
    assert drawn == {(a, b) for a, following in TRANSITIONS.items() for b in following}
