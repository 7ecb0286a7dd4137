"""What a request is, from its words: plain functions. What they need is heavy and imported only where it is used."""

from .keeping import FORMAT, to_bytes, to_learned
from .learned import Learned, Saying
from .learning import FEWEST, Lesson, learn

__all__ = ["FEWEST", "FORMAT", "Learned", "Lesson", "Saying", "learn", "to_bytes", "to_learned"]
