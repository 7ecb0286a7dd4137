from .history import known_of, known_of_all
from .promises import Promise, promise_of, promises_of, told_of

__all__ = ["Promise", "known_of", "known_of_all", "promise_of", "promises_of", "told_of"]
