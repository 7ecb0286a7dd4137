from .letters import Trimmed


def trim(text: str) -> Trimmed:
    answer, _mark, rest = text.partition("\n-- \n")
    return Trimmed(answer, rest)
