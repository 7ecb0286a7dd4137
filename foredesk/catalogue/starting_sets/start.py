from dataclasses import dataclass

from ..enums import Nature, Size

# Minutes of working time: first reply, solution, longest silence, closing without an answer.
QUICK = (30, 240, 120, 960)
AN_HOUR = (60, 960, 240, 1440)
BIGGER = (240, 4800, 960, 2400)
LONG = (240, 9600, 1440, 2400)


@dataclass(frozen=True, kw_only=True)
class Start:
    name: str
    description: str
    icon: str
    keywords: str
    reason: str
    part_of: str = ""
    nature: str = Nature.TROUBLE
    size: str = Size.MOMENT
    deep: bool = False
    promise: tuple[int, int, int, int] = QUICK
