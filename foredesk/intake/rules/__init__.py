from .answers import numbered, verdict

__all__ = ["numbered", "verdict"]
