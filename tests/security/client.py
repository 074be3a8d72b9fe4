"""Somebody of a role at the service under audit, who is let in again whenever a request has put her out."""

import json
import re
import ssl
import urllib.request
from dataclasses import dataclass, field
from typing import Any

import httpx

CSRF_COOKIE = "__Host-form"
SESSION_COOKIE = "__Host-session"
WHERE = "place.json"  # the file in which the service says where it is
PATIENCE = 60.0  # seconds, on a machine that fuzzes something else too


@dataclass(frozen=True, slots=True)
class Place:
    """Where the service is, as it said at its start."""

    url: str
    door: str  # gives sessions and tokens
    authority: str  # the file of who signed its certificate
    roles: tuple[str, ...]
    metrics_token: str

    @classmethod
    def read(cls, line: str) -> "Place":
        told: dict[str, Any] = json.loads(line)
        return cls(**{**told, "roles": tuple(told["roles"])})

    def secret(self, kind: str, role: str) -> str:
        """A new session's or token's. `kind` is session or token."""
        with urllib.request.urlopen(f"{self.door}/{kind}/{role}", timeout=PATIENCE) as answer:
            return str(json.load(answer)["secret"])

    def client(self) -> httpx.Client:
        trusted = ssl.create_default_context(cafile=self.authority)
        return httpx.Client(base_url=self.url, verify=trusted, timeout=PATIENCE)


@dataclass(slots=True)
class Somebody:
    place: Place
    role: str  # empty: nobody who signed in
    http: httpx.Client = field(init=False)
    session: str = ""
    form: str = ""

    def __post_init__(self) -> None:
        self.http = self.place.client()
        self.enter()

    def enter(self) -> None:
        self.session = self.place.secret("session", self.role) if self.role else ""
        self.form = ""
        answer = self._get("/login")
        found = re.search(CSRF_COOKIE + "=([^;]+)", answer.headers.get("set-cookie", ""))
        assert found, f"no token for forms came with the sign-in page ({answer.status_code})"
        self.form = found[1]

    @property
    def session_pair(self) -> str:
        return f"{SESSION_COOKIE}={self.session}"

    def cookie(self) -> str:
        pairs = {SESSION_COOKIE: self.session, CSRF_COOKIE: self.form}
        return "; ".join(f"{name}={value}" for name, value in pairs.items() if value)

    def get(self, path: str) -> httpx.Response:
        """What the path answers; entered again first if the former request put her out."""
        answer = self._get(path)
        if self.role and puts_out(answer.headers):
            self.enter()
            answer = self._get(path)
        return answer

    def _get(self, path: str) -> httpx.Response:
        self.http.cookies.clear()
        return self.http.get(path, headers={"cookie": self.cookie()})


def puts_out(headers: Any) -> bool:
    """Whether the answer says that nobody is signed in, or no longer."""
    return "clear-site-data" in headers or str(headers.get("location", "")).startswith("/login")
