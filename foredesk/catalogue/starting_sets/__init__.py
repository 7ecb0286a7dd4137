"""Classes and canned replies that a kind of organisation may begin with; every one can be changed afterwards."""

from . import college, company, town
from .start import Start

__all__ = ["CLASSES", "REPLIES", "Start"]

CLASSES: dict[str, tuple[Start, ...]] = {
    "college": college.CLASSES,
    "company": company.CLASSES,
    "town": town.CLASSES,
}
REPLIES = {"college": college.REPLIES, "company": company.REPLIES, "town": town.REPLIES}
