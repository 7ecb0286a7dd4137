from .answers import answers_to, numbered, says_more, verdict

__all__ = ["answers_to", "numbered", "says_more", "verdict"]
