"""Secrets that must be read again (a password never must) are kept sealed: encrypted with keys made from SECRET_KEY.

Each key is HKDF-SHA256 (RFC 5869) of SECRET_KEY or of one of SECRET_KEY_FALLBACKS; the seal is Fernet's (AES-128-CBC
with HMAC-SHA256). New seals are made with SECRET_KEY; `reseal` moves old ones there, after which a fallback may go.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unsealable(ValueError):
    """Sealed with a key that is not known here any more, or no seal at all."""


def seal(secret: str) -> str:
    """What may be stored for `secret`; every call gives another."""
    return _seals().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again. Raises Unsealable."""
    try:
        return _seals().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unsealable("No known SECRET_KEY opens this seal.") from error


def reseal(sealed: str) -> str:
    """The same secret under the present SECRET_KEY. Raises Unsealable."""
    try:
        return _seals().rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unsealable("No known SECRET_KEY opens this seal.") from error


def _seals() -> MultiFernet:
    return _made_from(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=4)
def _made_from(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"foredesk.kit.sealing")
    return urlsafe_b64encode(derivation.derive(key.encode()))
