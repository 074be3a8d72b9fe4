"""What each role finds by following every link: ids that exist, questions of addresses, forms as they are filled."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from tests.security.client import Somebody
from tests.security.routes import Route

PAGES_OF_A_ROUTE = 6  # for one role: more of the same kind teach nothing
VALUES_KEPT = 12
ENDS = ("/leave", "/logout", "/static/")
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Form:
    method: str
    action: str
    fields: Fields


@dataclass(slots=True)
class Found:
    """Of one role. `parts` by the name of a part of a path, `questions` and `forms` by a route's path."""

    role: str
    parts: defaultdict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    questions: defaultdict[str, defaultdict[str, dict[str, None]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    forms: defaultdict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))
    addresses: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)


class _Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: tuple[str, str] | None = None
        self._fields: list[tuple[str, str]] = []
        self._choice = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            self._form, self._fields = (given.get("method", "get").upper(), given.get("action", "")), []
        elif self._form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "select":
            self._choice = name
        elif tag == "option" and self._choice and given.get("value"):
            self._fields.append((self._choice, given["value"]))
            self._choice = ""
        elif tag in {"input", "button", "textarea"} and name and name != "_csrf_token":
            self._fields.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form is not None:
            self.forms.append(Form(*self._form, tuple(self._fields)))
            self._form = None


def crawl(somebody: Somebody, routes: Iterable[Route]) -> Found:
    found, known = Found(somebody.role), list(routes)
    waiting = deque(route.path for route in known if route.method == "GET" and not route.parts and not route.in_schema)
    visits: Counter[str] = Counter()
    seen = set(waiting)
    while waiting:
        address = waiting.popleft()
        if address.startswith(ENDS) or not _is_new_kind(address, known, visits):
            continue
        for link in _visit(somebody, address, known, found):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return found


def share(all_found: Iterable[Found]) -> None:
    """Each gets the ids of the others too: those are what nobody may reach by guessing."""
    everybody = list(all_found)
    known: dict[str, dict[str, None]] = defaultdict(dict)
    for found in everybody:
        for name, values in found.parts.items():
            known[name] |= dict.fromkeys(list(values)[:3])
    for found in everybody:
        for name, values in known.items():
            found.parts[name] |= values


def _is_new_kind(address: str, routes: list[Route], visits: Counter[str]) -> bool:
    route = route_at("GET", address, routes)
    if route is None:
        return False
    kind = route.path + "?" + ",".join(sorted(name for name, _ in parse_qsl(urlsplit(address).query)))
    visits[kind] += 1
    return visits[kind] <= PAGES_OF_A_ROUTE


def _visit(somebody: Somebody, address: str, routes: list[Route], found: Found) -> Iterator[str]:
    answer = somebody.get(address)
    found.statuses[answer.status_code] += 1
    _note("GET", address, routes, found)
    if answer.status_code != 200 or "text/html" not in answer.headers.get("content-type", ""):
        return
    page = _Page()
    page.feed(answer.text)
    for form in page.forms:
        action = _own(address, form.action)
        route = _note(form.method, action, routes, found)
        if route is not None and len(found.forms[route.path]) < VALUES_KEPT:
            found.forms[route.path].append(Form(form.method, action, form.fields))
    for link in page.links:
        if target := _own(address, link):
            yield target


def _own(base: str, link: str) -> str:
    """The address without its host; empty for another site's."""
    target = urlsplit(urljoin(base, link))
    if target.scheme or target.netloc:
        return ""
    return target.path + (f"?{target.query}" if target.query else "")


def _note(method: str, address: str, routes: list[Route], found: Found) -> Route | None:
    route = route_at(method, address, routes)
    if route is None:
        return None
    matched = route.pattern.fullmatch(urlsplit(address).path)
    assert matched is not None
    _keep(found.addresses[f"{method} {route.path}"], address)
    for name, value in matched.groupdict().items():
        if len(found.parts[name]) < VALUES_KEPT:
            found.parts[name][value] = None
    for name, value in parse_qsl(urlsplit(address).query):
        found.questions[route.path][name][value] = None
    return route


def _keep(known: list[str], address: str) -> None:
    if address not in known and len(known) < VALUES_KEPT:
        known.append(address)


def route_at(method: str, address: str, routes: Iterable[Route]) -> Route | None:
    """The route that answers the address; of several, the one that says most of it."""
    path = urlsplit(address).path
    fitting = [route for route in routes if route.method == method and route.pattern.fullmatch(path)]
    return min(fitting, key=lambda route: len(route.parts), default=None)
