"""How much quiet was planned and kept, and what broke it: of the team as a whole, never of a person."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from foredesk.kit import clock

from ..models import Definition, FocusBlock, Pierce
from ..rules import FIGURE_DAYS, kept_until
from ..rules.wording import default_definition


def definition() -> Definition:
    """What the organisation calls an emergency; the words we begin with while it has chosen none."""
    return Definition.objects.first() or default_definition()


@dataclass(frozen=True)
class Cause:
    name: str
    pierces: int


@dataclass(frozen=True)
class Figures:
    """Of the blocks that began in the last `FIGURE_DAYS` days and are over. Minutes."""

    blocks: int
    planned: int
    kept: int
    causes: list[Cause]

    @property
    def lost(self) -> int:
        return self.planned - self.kept

    @property
    def share_kept(self) -> int:
        """Percent."""
        return round(100 * self.kept / self.planned) if self.planned else 100


def figures() -> Figures:
    since = clock.now() - timedelta(days=FIGURE_DAYS)
    blocks = list(FocusBlock.objects.filter(begins_at__gte=since, begun_at__isnull=False, over_at__isnull=False))
    pierces = list(Pierce.objects.filter(block__begins_at__gte=since).values_list("block", "at", "cause"))
    planned = kept = timedelta()
    for block in blocks:
        planned += block.ends_at - block.begins_at
        kept += kept_until(block, [at for key, at, _cause in pierces if key == block.pk]) - block.begins_at
    counted = Counter(cause for _block, _at, cause in pierces)
    return Figures(
        blocks=len(blocks),
        planned=round(planned / timedelta(minutes=1)),
        kept=round(kept / timedelta(minutes=1)),
        causes=[Cause(name, number) for name, number in counted.most_common()],
    )
