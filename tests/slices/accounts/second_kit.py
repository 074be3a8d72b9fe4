"""A device that holds passkeys, made of software; an app that shows codes; a clock that is turned by hand."""

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import cbor2
import httpx
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from tests.app_kit import CSRF, submit

from teamhope.kit import clock
from teamhope.settings import Settings

SITE = "http://localhost:8000"
NAMED = Settings(public_url=SITE)
PRESENT, VERIFIED, NEW_KEY = 0x01, 0x04, 0x40  # flags of WebAuthn 3 §6.1
SECRET = re.compile(r'<code class="th-secret">([A-Z2-7 ]+)</code>')
CODE = re.compile(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>")


@dataclass
class Hand:
    """What the application takes for now."""

    now: datetime = field(default_factory=clock.now)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


def to_text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """One ES256 passkey. What a test changes, the device says of itself."""

    origin: str = SITE
    flags: int = PRESENT | VERIFIED
    count: int = 1
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        self.handle = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(options["rp"]["id"], NEW_KEY) + credential
        self.count += 1
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": to_text(said), "attestationObject": to_text(attested)})

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        said, data = self._said("webauthn.get", options["challenge"]), self._data(options["rpId"])
        proof = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        self.count += 1
        parts = {"clientDataJSON": said, "authenticatorData": data, "signature": proof}
        return self._answer({**{name: to_text(part) for name, part in parts.items()}, "userHandle": self.handle})

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, party: str, more: int = 0) -> bytes:
        return hashlib.sha256(party.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        return {"id": to_text(self.id), "rawId": to_text(self.id), "type": "public-key", "response": response}


async def ask(client: httpx.AsyncClient, path: str, page: str) -> httpx.Response:
    """The question that the script of `page` asks for."""
    token = CSRF.search((await client.get(page)).text)
    assert token
    return await client.post(path, data={"_csrf_token": token[1]})


async def add_passkey(client: httpx.AsyncClient, device: Device, label: str = "My phone") -> httpx.Response:
    page = "/me/security/passkeys/new"
    options = (await ask(client, "/me/security/passkeys/options", page)).json()
    answer = json.dumps(device.create(options))
    return await submit(client, "/me/security/passkeys", page=page, label=label, passkey=answer)


async def use_passkey(
    client: httpx.AsyncClient, device: Device, path: str = "/login/passkey", page: str = "/login"
) -> httpx.Response:
    options = (await ask(client, f"{path}/options", page)).json()
    return await submit(client, path, page=page, passkey=json.dumps(device.get(options)))


async def set_up_app(client: httpx.AsyncClient, now: datetime) -> pyotp.TOTP:
    """Confirmed with the code of the half minute of `now`."""
    await submit(client, "/me/security/app/start", page="/me/security")
    shown = SECRET.search((await client.get("/me/security/app")).text)
    assert shown
    app = pyotp.TOTP(shown[1].replace(" ", ""))
    done = await submit(client, "/me/security/app", code=app.at(now))
    assert done.headers["location"] == "/me/security?done=app_added"
    return app


async def make_codes(client: httpx.AsyncClient) -> list[str]:
    return CODE.findall((await submit(client, "/me/security/codes", page="/me/security")).text)
