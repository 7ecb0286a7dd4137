"""Keys of rows as they come in addresses and forms, where anybody may write anything."""

_DIGITS = 18  # the most that a key in the database (64 bits) surely holds


def key_in(words: str | None) -> int | None:
    """The key that `words` are; None for anything that can be no row's key, however long it is."""
    if words and words.isascii() and words.isdecimal() and len(words) <= _DIGITS:
        return int(words)
    return None
