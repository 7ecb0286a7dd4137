"""Words that stories leave open: rooms, courses, days. One draw holds for a whole telling."""

import random
import re

SLOTS: dict[str, tuple[str, ...]] = {
    "room": ("104", "112", "121", "203", "207", "215", "219", "304", "308", "311", "B07", "B12", "B15", "C02"),
    "office": ("1.14", "1.20", "2.03", "2.09", "2.17", "3.05", "3.11", "0.08", "1.02", "2.22"),
    "printer": (
        "the big printer on the second floor",
        "the printer in the copy room",
        "the printer opposite the lift",
        "the grey printer by the staff room",
        "the colour printer in our corridor",
        "the printer behind the counter",
    ),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "tomorrow": ("tomorrow",),  # or the day on which work goes on, told anew as well
    "clock": ("10:15",),  # told anew from the moment of asking
    "count": ("18", "22", "24", "26", "31", "45", "60"),
    "laptop": (
        "the silver laptop I got in spring",
        "my old ThinkPad",
        "my work laptop",
        "the small HP",
        "the department laptop",
    ),
    "mobile": ("phone", "iPhone", "Android phone", "work phone"),
    "file": ("the marks list", "the budget sheet", "my lecture notes", "the timetable draft", "the field diary"),
}

# What somebody teaches follows from where they work.
COURSES: dict[str, tuple[str, ...]] = {
    "Biology": ("Cell Biology 2", "Ecology Fieldwork", "Genetics 1", "Plant Physiology", "Anatomy 1"),
    "History": ("Medieval Europe", "Archives and Sources", "The Long Nineteenth Century", "Cities of the North"),
    "Mathematics": ("Linear Algebra", "Calculus for Life Sciences", "Statistics for Nurses", "Discrete Maths"),
    "Languages": ("Spanish B1", "French Phonetics", "Academic Writing", "German A2", "Translation Workshop"),
    "Nursing": ("Clinical Skills 3", "Pharmacology", "Care of Older People", "Wound Care", "Ethics of Care"),
}
OTHER_COURSES = ("the induction week", "Finding Sources", "the evening school", "First Aid at Work")

_CHOICE = re.compile(r"\[([^\[\]|]*(?:\|[^\[\]|]*)+)\]")
_SLOT = re.compile(r"\{(\w+)\}")


def fill_slots(text: str, values: dict[str, str], chance: random.Random) -> str:
    """The text with its choices drawn and its slots filled; raises KeyError for a slot nobody knows."""
    text = _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), text)
    return _SLOT.sub(lambda match: values[match[1]], text)


def curl(text: str) -> str:
    """Typographic quotes for what IT writes; customers type as they type."""
    text = re.sub(r'(^|[\s(\[])"', r"\1“", text)
    return text.replace('"', "”").replace("'", "’")
