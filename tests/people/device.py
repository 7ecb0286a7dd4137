"""What people sign in with, made of software: an app that shows six digits, and a device with passkeys."""

import hashlib
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256

from foredesk.activity.queries import events_about
from foredesk.people import actions
from foredesk.people.models import Person
from tests.factories import PASSWORD

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def digits(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows now, or that many half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def with_app(person: Person) -> Person:
    """Set the app up, with digits of the half minute before: those of now are still good."""
    actions.add_app(by=person, secret=SECRET, code=digits(steps=-1))
    return person


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Device:
    """Makes passkeys and signs with them as WebAuthn level 2 says, or wrongly where a test wants it so."""

    def __init__(self, origin: str = "http://localhost:8000", rp: str = "localhost") -> None:
        self.origin, self.rp, self.flags = origin, rp, PRESENT | VERIFIED
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = b"the-one-passkey-of-this-device"
        self.handle = b""

    def make(self, options: dict[str, Any]) -> str:
        """The answer to navigator.credentials.create()."""
        asked = options["publicKey"]
        self.handle = urlsafe_b64decode(asked["user"]["id"] + "==")
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        data = self._data(ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        said = {
            "clientDataJSON": text(self._said("webauthn.create", asked["challenge"])),
            "attestationObject": text(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._credential(said)

    def ask(self, options: dict[str, Any]) -> str:
        """The answer to navigator.credentials.get()."""
        said, data = self._said("webauthn.get", options["publicKey"]["challenge"]), self._data(0)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": said, "authenticatorData": data, "signature": signature, "userHandle": self.handle}
        return self._credential({name: text(part) for name, part in parts.items()})

    def _data(self, more: int) -> bytes:
        return hashlib.sha256(self.rp.encode()).digest() + bytes([self.flags | more]) + bytes(4)

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, response: dict[str, str]) -> str:
        credential = {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
        return json.dumps({**credential, "clientExtensionResults": {}})


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/account/sign-in/", {"login": "ada@example.org", "password": password, **more})


def tags(person: Person) -> list[str]:
    return [event.tag for event in events_about(person)]


def add_passkey(client: Client, device: Device, name: str = "Laptop") -> Any:
    options = client.post("/account/how/passkeys/new/options").json()
    return client.post("/account/how/passkeys/new/", {"name": name, "credential": device.make(options)})


def enter_by_passkey(client: Client, device: Device, **more: str) -> Any:
    options = client.post("/account/passkey/options").json()
    return client.post("/account/passkey/", {"credential": device.ask(options), **more})
