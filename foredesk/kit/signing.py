"""Marks by which this installation knows its own words again: HMAC-SHA256 (RFC 2104) under a key from SECRET_KEY.

The key is HKDF-SHA256 (RFC 5869) of SECRET_KEY, or of one of SECRET_KEY_FALLBACKS for marks made earlier.
"""

import hmac
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def mark(words: str) -> str:
    """The mark of `words`: 128 bits as 32 small hexadecimal digits, always the same under one SECRET_KEY."""
    return _made(settings.SECRET_KEY, words)


def is_mark(given: str, words: str) -> bool:
    """Whether `given` is the mark of `words` under any known key. In constant time; never raises."""
    told = given.encode("utf-8", "surrogatepass")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(told, _made(key, words).encode()) for key in keys)


def _made(key: str, words: str) -> str:
    return hmac.digest(_derived(key), words.encode("utf-8", "surrogatepass"), "sha256")[:16].hex()


@lru_cache(maxsize=8)
def _derived(key: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"foredesk.kit.signing").derive(key.encode())
