"""The cells of one row by what they tell, as a map has it."""

from collections.abc import Sequence

from .fields import fields_of
from .mapping import Mapping, folded
from .values import said


class Cells:
    """Knows for each field which cells of a row to look at."""

    def __init__(self, mapping: Mapping, columns: Sequence[str]) -> None:
        at = {name: place for place, name in enumerate(columns)}
        self.places = {key: [at[name] for name in names] for key, names in mapping.columns.items()}
        self.keep = [(name, at[name]) for name in mapping.keep]
        self.defaults = mapping.defaults
        # Their word, then ours: what the map says counts before what everybody says.
        self.meanings = {
            key: dict(one.words) | dict(mapping.values.get(key, {})) for key, one in fields_of(mapping.target).items()
        }

    def of(self, cells: Sequence[str]) -> "Told":
        return Told(self, cells)


class Told:
    """What one row tells of a field: the first of its columns that says something, else the default."""

    def __init__(self, known: Cells, cells: Sequence[str]) -> None:
        self._known, self._cells = known, cells

    def __call__(self, key: str) -> str:
        for place in self._known.places.get(key, ()):
            if words := said(self._cells[place]):
                return words
        return self._known.defaults.get(key, "")

    def ours(self, key: str) -> str:
        """The word that stands here for theirs; theirs where nobody said what it means."""
        theirs = self(key)
        return self._known.meanings[key].get(folded(theirs), theirs) if theirs else ""

    def kept(self) -> str:
        """The columns to keep, one a line."""
        return "\n".join(f"{name}: {words}" for name, place in self._known.keep if (words := said(self._cells[place])))
