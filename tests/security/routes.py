"""Every route of the application: its method, the parts of its path, its questions, the form or body that it reads."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType, FunctionType, ModuleType
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from teamhope.accounts.policy import NEEDS, PERMISSIONS

PART = re.compile(r"\{(\w+):(\w+)\}")
PATTERNS = {"uuid": "[0-9a-fA-F-]{36}", "path": ".+"}
QUESTION = re.compile(r"""query_params(?:\.get\(|\[)["'](\w+)["']""")
READERS = re.compile(r"\.(web|forms|hooks|entry)(_\w+)?$")  # modules in which a handler's form is named
DEPTH = 5  # how many functions lie between a handler and the form it reads
OURS = "teamhope."


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str  # with {name:kind} for what differs
    in_schema: bool
    forms: tuple[type[msgspec.Struct], ...] = ()
    questions: frozenset[str] = field(default_factory=frozenset)
    reads_json: bool = False
    roles: frozenset[str] = frozenset()  # whom the permission table lets in; none for a route of everybody

    @property
    def parts(self) -> list[tuple[str, str]]:
        return PART.findall(self.path)

    @property
    def template(self) -> str:
        """As OpenAPI writes it."""
        return PART.sub(r"{\1}", self.path)

    @property
    def pattern(self) -> re.Pattern[str]:
        """What an address of this route looks like."""
        text, end = "", 0
        for found in PART.finditer(self.path):
            text += re.escape(self.path[end : found.start()])
            text += f"(?P<{found[1]}>{PATTERNS.get(found[2], '[^/]+')})"
            end = found.end()
        return re.compile(text + re.escape(self.path[end:]) + "/?")


def routes_of(app: Litestar) -> list[Route]:
    return sorted(_all(app), key=lambda route: (route.path, route.method))


def _all(app: Litestar) -> Iterator[Route]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if isinstance(handler, HTTPRouteHandler):
                for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                    yield _route(method, route.path, handler)
        if not hasattr(route, "route_handlers"):  # an ASGI application: built files
            yield Route("GET", route.path, in_schema=False)


def _route(method: str, path: str, handler: HTTPRouteHandler) -> Route:
    reads = set(_functions(_function(handler.fn), handler, DEPTH))
    forms = {form for function in reads for form in _structs(function)} if method != "GET" else set()
    questions = frozenset(name for function in reads for name in QUESTION.findall(_source(function)))
    in_schema = bool(handler.resolve_include_in_schema())
    ordered = tuple(sorted(forms, key=lambda form: (form.__module__, form.__name__)))
    return Route(
        method,
        path,
        in_schema,
        () if in_schema else ordered,
        questions,
        any(".json()" in _source(function) for function in reads),
        frozenset(PERMISSIONS.get(handler.opt.get(NEEDS), ())),
    )


def _function(given: Any) -> FunctionType:
    while not isinstance(given, FunctionType):
        given = getattr(given, "func", None) or getattr(given, "value", None) or given.__func__
    return inspect.unwrap(given)


def _source(function: FunctionType) -> str:
    try:
        return inspect.getsource(function)
    except OSError:
        return ""


def _functions(function: FunctionType, handler: HTTPRouteHandler, depth: int) -> Iterator[FunctionType]:
    """The handler and the functions of web and forms modules that it names, at any depth up to `depth`."""
    yield function
    if depth:
        controller = getattr(handler.fn, "__self__", None)
        own = [getattr(getattr(controller, name, None), "__func__", None) for name in _names(function.__code__)]
        for named in [*_named(function), *own]:
            if isinstance(named, FunctionType) and READERS.search(named.__module__):
                yield from _functions(inspect.unwrap(named), handler, depth - 1)


def _named(function: FunctionType) -> Iterator[Any]:
    names = set(_names(function.__code__))
    for name in names & function.__globals__.keys():
        found = function.__globals__[name]
        yield found
        if isinstance(found, ModuleType) and found.__name__.startswith(OURS):
            yield from (getattr(found, other) for other in names if hasattr(found, other))


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _structs(function: FunctionType) -> Iterator[type[msgspec.Struct]]:
    for named in _named(function):
        values = named.values() if isinstance(named, dict) else [named]
        for value in values:
            if isinstance(value, type) and issubclass(value, msgspec.Struct) and READERS.search(value.__module__):
                yield value
