"""What somebody is called whose mail is the first that is heard of them."""

import re

from .letters import Address

_ASIDE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|\bvia\b.*)\s*$", re.IGNORECASE)
_TITLE = re.compile(r"(?:(?:dr|prof|mag|ing|dipl|univ)\b[. -]*)+", re.IGNORECASE)
_DEGREE = re.compile(r"(?:ph\.?d|m\.?sc|b\.?sc|b\.?a|m\.?a|mba)\.?", re.IGNORECASE)
MOST = 200  # characters of a name that are looked at
_PART = re.compile(r"[^\W\d_]+")


def called(one: Address) -> str:
    """Their name, first name first, as it can stand in “Thank you, Maya”; made of the address where there is none."""
    name = one.name[:MOST]
    while (shorter := _ASIDE.sub("", name)) != name and shorter:
        name = shorter
    if "@" in name or not name.strip():
        return _of_address(one.address)
    # Directories write “Ortiz, Maya”, with a title on either side.
    parts = [part.strip() for part in name.split(",")]
    parts = [part for part in parts if part and not _DEGREE.fullmatch(part)]
    plain = [part for part in parts if not _TITLE.fullmatch(part)]
    if len(plain) != 2:
        return " ".join(name.split())
    titles = [part for part in parts if _TITLE.fullmatch(part)]
    last, first = plain
    if found := _TITLE.match(last):
        titles.append(found.group().strip())
        last = last[found.end() :]
    return " ".join([*titles, first, last]).strip()


def _of_address(address: str) -> str:
    """“maya.ortiz2@…” is Maya Ortiz; what is no name is left as it is."""
    local = address.partition("@")[0].partition("+")[0]
    parts = _PART.findall(local)
    return " ".join(part.capitalize() for part in parts) if len(parts) in {2, 3} else local
