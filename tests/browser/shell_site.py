"""A small site of our templates with invented words, served with the real security headers: the frame alone."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from teamhope.kit.forms import Form
from teamhope.kit.i18n import LANGUAGE_NAMES, LANGUAGES, Language, install, use_language

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src/teamhope"
WORDS: dict[str, dict[str, Any]] = tomllib.loads((HERE / "pages/words.toml").read_text(encoding="utf-8"))
ELSEWHERE = '<!DOCTYPE html><title>Weather</title><link rel="icon" href="/static/favicon.svg">'
PAGES = ("sample", "wrong", "sign-in", "error")
COUNTS = [2410, 2388, 2590, 2622, 2711, 2540, 2498, 2655, 2701, 2733, 2588, 2564]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@cache
def environment() -> Environment:
    folders = FileSystemLoader([SOURCE / "templates", HERE / "pages"])
    jinja = Environment(loader=folders, autoescape=True, undefined=StrictUndefined)
    install(jinja)
    jinja.globals["static"] = "/static/{}".format
    return jinja


def shell(code: Language, *, signed_in: bool) -> SimpleNamespace:
    other: Language = "es" if code == "en" else "en"
    tabs = [SimpleNamespace(label=label, href=f"/t{n}", current=n == 2) for n, label in enumerate(WORDS[code]["tabs"])]
    return SimpleNamespace(
        site_name="Team HOPE",
        locale=code,
        other_locale=other,
        other_locale_name=LANGUAGE_NAMES[other],
        path="/calls/log",
        tabs=tabs,
        signed_in=signed_in,
        demonstration=signed_in,
        flash=[("success", WORDS[code]["flash"])] if signed_in else [],
        csrf=Markup('<input type="hidden" name="_csrf_token" value="token">'),
        zone_name="Central Time" if signed_in else "",
        seconds_left=900,
    )


def sample_form(code: Language, *, wrong: bool) -> Form:
    fields = ("outcome", "minutes", "needs", "agreed")
    errors = {name: WORDS[code][f"{name}_error"] for name in fields} if wrong else {}
    return Form({"minutes": "<b>ten</b>", "needs": ["attorney"], "outcome": "" if wrong else "message"}, errors)


def render(name: str, code: Language) -> str:
    """The page of that name: sample, wrong (the sample with errors), sign-in, error."""
    template = {"sign-in": "accounts/sign_in.html", "error": "errors/error.html"}.get(name, "sample.html")
    facts: dict[str, Any] = {
        "shell": shell(code, signed_in=name != "sign-in"),
        "form": Form({"next": "/"}) if name == "sign-in" else sample_form(code, wrong=name == "wrong"),
        "passkeys": True,
        "words": WORDS[code],
        "counts": COUNTS,
        "heading": WORDS[code]["nothing"],
        "detail": WORDS[code]["stop"],
        "sentences": [],
        "what_to_do": WORDS[code]["ask"],
        "number": 503,
        "error_id": "7f3c21aa",
    }
    with use_language(code):
        return environment().get_template(template).render(facts)


@cache
def rendered() -> dict[tuple[str, Language], str]:
    """Every page by name and language; `leave` is where the way out leads."""
    pages = {(name, code): render(name, code) for name in PAGES for code in LANGUAGES}
    return pages | {
        ("leave", code): '<!DOCTYPE html><title>Weather</title><link rel="icon" href="/static/favicon.svg">'
        for code in LANGUAGES
    }


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.startswith("/static/"):
            super().do_GET()
            return
        code: Language = "es" if address.query == "lang=es" else "en"
        self._send(rendered()[address.path.strip("/"), code])

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send("Draft saved at 6:24 pm")

    def _send(self, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the test says what went wrong."""


@contextmanager
def serving() -> Iterator[str]:
    """The address of the running site. Pages are made before the server's threads start."""
    rendered()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(SOURCE))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
