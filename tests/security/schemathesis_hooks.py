"""What schemathesis does around each of its calls here: be somebody who is signed in, and count the answers.

Run by the scanners' own Python, which has none of our packages. The environment tells it who it is (AUDIT_*).
"""

import atexit
import base64
import hashlib
import hmac
import json
import os
import re
import ssl
import threading
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis

URL, DOOR, ROLE = os.environ["AUDIT_URL"], os.environ["AUDIT_DOOR"], os.environ["AUDIT_ROLE"]
AUTHORITY, RESULT = os.environ["AUDIT_AUTHORITY"], Path(os.environ["AUDIT_RESULT"])
MOST = int(os.environ["AUDIT_CASES"])
PROVIDER_SECRET = b"t" * 32
RESTING = 503
FAULTS_KEPT = 200
PLAIN = re.compile(r"[\x20-\x7e]*")


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Visitor:
    """Signed in again whenever the former answer put her out."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        trusted = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=AUTHORITY))
        self.opener = urllib.request.build_opener(trusted, NoRedirects)
        self.token = self._ask("token") if ROLE else ""
        self.times_entered = 0
        self.enter()

    def _ask(self, kind: str) -> str:
        with urllib.request.urlopen(f"{DOOR}/{kind}/{ROLE}", timeout=60) as answer:
            return str(json.load(answer)["secret"])

    def enter(self) -> None:
        self.session = self._ask("session") if ROLE else ""
        request = urllib.request.Request(f"{URL}/livez" if not ROLE else f"{URL}/me", headers={"cookie": self._pair()})
        self.form = self._form_token(request) or self._form_token(urllib.request.Request(f"{URL}/login"))
        self.times_entered += 1

    def _pair(self) -> str:
        return f"__Host-session={self.session}" if self.session else "language=en"

    def _form_token(self, request: urllib.request.Request) -> str:
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            answer = refused
        found = re.search("__Host-form=([^;]+)", " ".join(answer.headers.get_all("set-cookie") or []))
        return found[1] if found else ""

    def cookie(self) -> str:
        return f"{self._pair()}; __Host-form={self.form}"


class Counts:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.statuses: Counter[str] = Counter()
        self.handled: Counter[str] = Counter()
        self.faults: list[dict[str, str]] = []
        self.calls = 0

    def add(self, case: Any, response: Any) -> None:
        with self.lock:
            self.calls += 1
            self.statuses[str(response.status_code)] += 1
            if response.status_code < 400 and not _puts_out(case, response):
                self.handled[f"{case.method} {case.path}"] += 1
            if response.status_code >= 500 and not _is_expected(case, response):
                self._keep(case, response)
            if self.calls % 100 == 0:
                self.write()

    def _keep(self, case: Any, response: Any) -> None:
        if len(self.faults) < FAULTS_KEPT:
            sent = response.request
            body = sent.body.decode("latin-1") if isinstance(sent.body, bytes) else str(sent.body or "")
            self.faults.append(
                {
                    "route": f"{case.method} {case.path}",
                    "request": f"{sent.method} {sent.url}",
                    "type": str(sent.headers.get("content-type", "")),
                    "body": body[:2000],
                    "status": str(response.status_code),
                    "answer": response.text[-1500:],
                }
            )

    def write(self) -> None:
        told = {
            "cases": self.calls,
            "statuses": self.statuses,
            "handled": self.handled,
            "faults": self.faults,
            "entered": VISITOR.times_entered,
        }
        unfinished = RESULT.with_suffix(f".{threading.get_ident()}")
        unfinished.write_text(json.dumps(told))
        unfinished.replace(RESULT)


VISITOR, COUNTS = Visitor(), Counts()


def _is_expected(case: Any, response: Any) -> bool:
    """/readyz says truly that no worker runs here."""
    return case.path == "/readyz" and response.status_code == RESTING


def _puts_out(case: Any, response: Any) -> bool:
    """OPTIONS is nobody's: who asks is not looked up."""
    location = "".join(response.headers.get("location", []))
    return "clear-site-data" in response.headers or (
        case.method != "OPTIONS" and bool(ROLE) and location.startswith("/login")
    )


def _signature(url: str, fields: dict[str, Any]) -> str:
    text = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.digest(PROVIDER_SECRET, text.encode(errors="replace"), hashlib.sha1)).decode()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if COUNTS.calls >= MOST:
        with COUNTS.lock:
            COUNTS.write()
            os._exit(0)
    headers = dict(case.headers or {})
    headers = {name: value for name, value in headers.items() if isinstance(value, str) and PLAIN.fullmatch(value)}
    headers.setdefault("cookie", VISITOR.cookie())
    headers.setdefault("x-csrftoken", VISITOR.form)
    if case.path.startswith("/api/") and VISITOR.token:
        headers["authorization"] = f"Bearer {VISITOR.token}"
    if case.path.startswith("/hooks/") and isinstance(case.body, dict):
        headers["x-twilio-signature"] = _signature(URL + case.path, case.body)
    case.headers = headers
    kwargs["allow_redirects"] = False


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    COUNTS.add(case, response)
    if _puts_out(case, response):
        with VISITOR.lock:
            VISITOR.enter()


@schemathesis.hook
def after_network_error(context: Any, case: Any, request: Any) -> None:
    with COUNTS.lock:
        COUNTS.calls += 1
        COUNTS.statuses["no answer"] += 1
        COUNTS.faults.append(
            {"route": f"{case.method} {case.path}", "request": str(request.url)[:2000], "status": "none"}
        )


atexit.register(COUNTS.write)
