"""What is going on now: stories in the middle of being told, and some of the past of the people visitors play."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Going:
    """A story told up to its step number `steps`, `quiet` working minutes ago."""

    key: str
    steps: int
    quiet: int
    customer: str = ""
    agent: str = ""
    deep_agent: str = ""
    unanswered: bool = False
    next_word: int | None = 150  # working minutes from now until the promised word; None: as the class says
    room: str = ""


RAPID = (
    Going(
        key="maya-exam-sheets", steps=3, quiet=6, customer="Maya Ortiz", agent="Tomás", unanswered=True, next_word=50
    ),
    Going(key="reopened-present", steps=3, quiet=24, agent="Tomás", next_word=None),
    Going(key="no-picture", steps=2, quiet=3, agent="Kofi", room="215", next_word=30),
    Going(key="call-locked", steps=0, quiet=4),
    Going(key="print-queue-stuck", steps=0, quiet=13),
    Going(key="no-sound", steps=0, quiet=8),
    Going(key="silent-soon-present", steps=2, quiet=109, agent="Ruth", next_word=None),
    Going(key="shared-calendar-last-year", steps=2, quiet=58, agent="Ruth", next_word=80),
    Going(key="wifi-drops", steps=3, quiet=85, agent="Lotte", next_word=120),
    Going(key="mailing-list-students", steps=1, quiet=44, agent="Tomás", unanswered=True),
    Going(key="microphone-cracks", steps=2, quiet=118, agent="Kofi", next_word=45),
    Going(key="slow-computer", steps=3, quiet=70, agent="Lotte", next_word=240),
    Going(key="eduroam-phone", steps=0, quiet=21),
    Going(key="install-reference-manager", steps=0, quiet=47),
    Going(key="messages-at-night", steps=0, quiet=26, customer="Library 6"),
    Going(key="typed-it-in", steps=3, quiet=11, customer="Finance 4", agent="Ada", next_word=60),
    Going(key="leave-and-an-account", steps=3, quiet=35, customer="Josephine Aubert", agent="Ruth", next_word=200),
)
DEEP = (
    Going(key="handover-waiting", steps=4, quiet=18, agent="Tomás", next_word=None),
    Going(key="mention-present", steps=5, quiet=38, agent="Ruth", deep_agent="Sanjay", next_word=400),
    Going(key="course-software-genome", steps=12, quiet=140, agent="Ines", deep_agent="Ada", next_word=760),
    Going(key="finance-report-nightly", steps=6, quiet=210, agent="Kofi", deep_agent="Ada", next_word=600),
    Going(key="room-mailbox-double", steps=4, quiet=25, agent="Lotte", deep_agent="Owen", next_word=300),
    Going(key="locked-every-hour", steps=5, quiet=40, agent="Ruth", deep_agent="Mirela", next_word=480),
    Going(key="skills-lab-video", steps=8, quiet=320, agent="Tomás", deep_agent="Mirela", next_word=700),
    Going(key="two-accounts", steps=5, quiet=15, agent="Kofi", deep_agent="Owen", next_word=420),
    Going(key="no-picture-again", steps=5, quiet=150, agent="Lotte", deep_agent="Sanjay", room="304", next_word=500),
)
WAITING = (
    Going(key="shared-drive-not-allowed", steps=4, quiet=130, agent="Tomás", next_word=420),
    Going(key="headsets-reception", steps=3, quiet=60, agent="Ruth", next_word=700),
    Going(key="field-station-sensors", steps=7, quiet=900, agent="Lotte", deep_agent="Sanjay", next_word=900),
    Going(key="research-storage", steps=6, quiet=700, agent="Ines", deep_agent="Owen", next_word=800),
    Going(key="library-self-check", steps=6, quiet=1300, agent="Kofi", deep_agent="Mirela", next_word=1000),
)
OFFERED = (
    Going(key="maya-microscope-films", steps=4, quiet=95, customer="Maya Ortiz", agent="Lotte", unanswered=True),
    Going(key="screen-flicker", steps=4, quiet=200, agent="Kofi", unanswered=True),
)
# What belongs together; each after the one that it belongs with.
TOGETHER = (
    Going(key="booking-screen-library", steps=2, quiet=5, agent="Kofi", unanswered=True, next_word=70),
    Going(key="booking-screen-library-second", steps=1, quiet=25, agent="Kofi", next_word=None),
    Going(key="shared-folder-and-headset", steps=4, quiet=9, agent="Ruth", next_word=90),
    Going(key="open-day-tent", steps=1, quiet=300, customer="Student Services 3", agent="Ines", next_word=600),
    Going(key="open-day-network", steps=1, quiet=240, customer="Student Services 3", agent="Ines", next_word=650),
    Going(key="open-day-screens", steps=1, quiet=200, customer="Student Services 3", agent="Ines", next_word=650),
)
PRESENT = (*RAPID, *DEEP, *WAITING, *OFFERED, *TOGETHER)


@dataclass(frozen=True)
class Past:
    """A story that has to have been told to somebody in particular, so many working days ago."""

    key: str
    customer: str  # a name, a department and a number ("Biology 5"), or nobody in particular
    days: float
    room: str = ""
    agent: str = ""


PAST = (
    Past("maya-second-language", "Maya Ortiz", 34.2),
    Past("maya-camera-lab", "Maya Ortiz", 17.4, agent="Tomás"),
    Past("jam-118", "Maya Ortiz", 8.6, agent="Tomás"),
    Past("jam-118", "Biology 5", 6.1),
    Past("jam-118-again", "Biology 5", 5.05, agent="Kofi"),
    Past("no-picture", "", 12.5, "304"),
    Past("no-picture", "", 6.3, "304"),
    Past("recall-mail", "", 27.2, agent="Ines"),
    Past("cabinet-down", "", 21.4, agent="Ines"),
    Past("somebody-reads-my-mail", "Harriet Okonjo", 11.3, agent="Ada"),
    Past("laptop-left-on-the-train", "Mathematics 9", 4.4, agent="Ruth"),
)

# A reply that Tomás has begun, so that a visitor finds a draft where they left it.
BEGUN_REPLY = (
    "Your 60 sheets are lying warm and stapled in your pigeonhole. Next I come up with Gregor from Estates and "
)
