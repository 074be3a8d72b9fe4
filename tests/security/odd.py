"""Requests that no client library would send, byte for byte over TLS: forged forms, deep JSON, broken HTTP."""

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.security.client import Place, Somebody

FORM = b"content-type: application/x-www-form-urlencoded"
JSON = b"content-type: application/json"
SECONDS = 20
FORGED = frozenset({403})
UNREADABLE = frozenset({400, 413, 415, 422})
ANY = frozenset(range(200, 500))


class Odd(NamedTuple):
    name: str
    request: bytes
    expected: frozenset[int]


@dataclass(frozen=True, slots=True)
class Writer:
    """Requests of a coordinator, by her cookies or by her token."""

    cookie: bytes
    form: bytes
    token: bytes

    def page(self, path: bytes, body: bytes, *headers: bytes, token: bytes | None = None) -> bytes:
        shown = self.form if token is None else token
        return request(b"POST", path, body, b"cookie: " + self.cookie, b"x-csrftoken: " + shown, *headers)

    def api(self, path: bytes, body: bytes, *headers: bytes) -> bytes:
        identity = b"authorization: Bearer " + self.token
        return request(b"POST", path, body, identity, b"idempotency-key: odd", *headers)


def request(method: bytes, path: bytes, body: bytes, *headers: bytes) -> bytes:
    length = (
        () if any(line.startswith(b"transfer-encoding") for line in headers) else (b"content-length: %d" % len(body),)
    )
    lines = [method + b" " + path + b" HTTP/1.1", b"host: localhost", b"connection: close", *length, *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def audit(place: Place) -> bool:
    """Prints each request that was not answered as expected, or not at all."""
    coordinator = Somebody(place, "coordinator")
    writer = Writer(
        coordinator.cookie().encode(), coordinator.form.encode(), place.secret("token", "coordinator").encode()
    )
    wrong, count = [], 0
    for odd in (*_forged(writer), *_deep(writer), *_addresses(writer), *_headers(writer), *_broken(writer)):
        status, count = send(place, odd.request), count + 1
        if status not in odd.expected:
            wrong.append(f"  {odd.name}: {status or 'no answer'}: {odd.request[:300]!r}")
    print("\n".join([*wrong, f"odd requests: {count} sent, {len(wrong)} answered wrongly"]))
    return not wrong


def send(place: Place, data: bytes) -> int:
    """The status of the answer; 0 for none."""
    port = urlsplit(place.url).port
    assert port is not None
    trusted = ssl.create_default_context(cafile=place.authority)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain,
        trusted.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        try:
            connection.sendall(data)
        except OSError:
            return _status(connection)  # refused before it was read to its end
        return _status(connection)


def _status(connection: ssl.SSLSocket) -> int:
    try:
        answer = connection.recv(65_536)
    except OSError:
        return 0
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found[1]) if found else 0


def _forged(writer: Writer) -> Iterator[Odd]:
    """stack.md §6, first row, and its neighbours."""
    for name, token in (
        ("a letter of another alphabet", writer.form + "é".encode()),
        ("a byte of no alphabet", writer.form + b"\xff"),
        ("one digit less", writer.form[:-1]),
        ("far too long", writer.form * 20),
        ("none", b""),
    ):
        yield Odd(f"forged form, {name}", writer.page(b"/help", b"level=routine", FORM, token=token), FORGED)
    file = (
        b'--x\r\ncontent-disposition: form-data; name="_csrf_token"; filename="t"\r\n\r\n'
        + writer.form
        + b"\r\n--x--\r\n"
    )
    kind = b"content-type: multipart/form-data; boundary=x"
    yield Odd("forged form, a file for a token", writer.page(b"/help", file, kind, token=b""), FORGED)
    yield Odd("forged form, nobody's", request(b"POST", b"/help", b"level=routine", FORM), FORGED)
    for odd in (b"%", b"\xff\xfe", b"a=%ed%a0%80", b"a=b\x00"):
        yield Odd("a broken form", writer.page(b"/help", odd, FORM), UNREADABLE)
    for charset in (b"utf-16", b"nope", b"base64", b"undefined", b"\xff", b'"'):
        yield Odd("an alphabet nobody has", writer.page(b"/help", b"a=\xff", FORM + b"; charset=" + charset), ANY)
    yield Odd("no form at all", writer.page(b"/help", b"level=routine", b"content-type: text/plain"), UNREADABLE)


def _deep(writer: Writer) -> Iterator[Odd]:
    for path in (b"/api/v1/requests", b"/api/v1/calls"):
        for body in (
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b"1" * 100_000,
            b'"\\ud800"',
            b"\xff",
            b"NaN",
            b"1e999",
            b"{}{}",
            b"",
        ):
            yield Odd("odd JSON", writer.api(path, body, JSON), UNREADABLE)
    yield Odd("deep JSON in place of a form", writer.page(b"/help", b"[" * 100_000, JSON), UNREADABLE)


def _addresses(writer: Writer) -> Iterator[Odd]:
    for path in (
        b"/%00",
        b"/static/%00",
        b"/static/" + b"a" * 5_000,
        b"/static/../app.py",
        b"/static/%2e%2e/app.py",
        b"/requests/%ff",
        b"/requests?status=%ff&status=%00",
        b"/reports/9999999999",
        b"/calls?after=99999999999999999999",
        b"/schedule?week=9999-12-31",
        b"//localhost//",
        b"http://elsewhere.example/",
        b"*",
        b"/" + b"a" * 70_000,
        b"/\x80",
    ):
        yield Odd("an odd address", request(b"GET", path, b"", b"cookie: " + writer.cookie), ANY)
    for method in (b"HEAD", b"TRACE", b"CONNECT", b"PROPFIND", b"get", b"OPTIONS"):
        for path in (b"/", b"/login", b"/api/v1/requests", b"/static/favicon.svg"):
            yield Odd("an odd method", request(method, path, b"", b"cookie: " + writer.cookie), ANY)


def _headers(writer: Writer) -> Iterator[Odd]:
    for line in (
        b"accept-language: \xff\xfe",
        b"accept-language: en;q=nope, es;q=9e999, *;q=nan",
        b"accept-language: " + b"a," * 20_000,
        b"cookie: language=\xff; __Host-session=\xff",
        b'cookie: __Host-session="\\377"; =;;=',
        b"cookie: " + b"a=b; " * 10_000,
        b"authorization: Bearer \xff",
        b"range: bytes=" + b"0-1," * 5_000,
        b"content-encoding: gzip",
        b"expect: nope",
        b"upgrade: websocket\r\nsec-websocket-key: x\r\nsec-websocket-version: 13",
        b"\r\n".join(b"h%d: x" % number for number in range(5_000)),
        b"a: " + b"x" * 70_000,
    ):
        for path in (b"/", b"/login", b"/api/v1/follow-ups", b"/static/favicon.svg"):
            yield Odd("an odd header", request(b"GET", path, b"", line), ANY)


def _broken(writer: Writer) -> Iterator[Odd]:
    chunks = (b"10000\r\n" + b"a" * 65_536 + b"\r\n") * 40 + b"0\r\n\r\n"
    in_chunks = b"transfer-encoding: chunked"
    too_large = frozenset({413})
    yield Odd("too large, in chunks", writer.page(b"/help", chunks, FORM, in_chunks), too_large)
    yield Odd("too large, in chunks", writer.api(b"/api/v1/requests", chunks, JSON, in_chunks), too_large)
    yield Odd("too large, as it says", writer.page(b"/help", b"a" * 2_000_000, FORM), too_large)
    yield Odd("no chunks", writer.page(b"/help", b"zz\r\n", FORM, in_chunks), ANY)
    yield Odd("two lengths", writer.page(b"/help", b"a=b", FORM, b"content-length: 7"), ANY)
    yield Odd("no host", b"GET /login HTTP/1.1\r\nconnection: close\r\n\r\n", ANY)
    yield Odd("no HTTP", b"\x00\x01\x02\r\n\r\n", ANY)
