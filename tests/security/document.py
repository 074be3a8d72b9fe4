"""An OpenAPI document of every route, for a fuzzer: pages and their forms too, with ids and answers that exist."""

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Litestar
from tests.security.crawl import Found
from tests.security.routes import Route

FORM = "application/x-www-form-urlencoded"
# What a browser sends in the field of a form, where msgspec's schema describes JSON.
AS_SENT: dict[str, dict[str, Any]] = {
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
    "date-time": {
        "type": "string",
        "pattern": "^202[5-7]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T[01][0-9]:[0-5][0-9]$",
    },
}
BOX = {"enum": ["on", ""]}
Schema = dict[str, Any]


def document(app: Litestar, routes: Iterable[Route], found: Found) -> Schema:
    """The application's own document of its API, and what its pages are asked, in one; first what the role may do."""
    own = app.openapi_schema.to_schema()
    components: Schema = own.get("components", {}).get("schemas", {})
    paths: dict[str, Schema] = {}
    for route in sorted(routes, key=lambda route: found.role not in route.roles):
        described = own["paths"].get(route.template, {}).get(route.method.lower()) if route.in_schema else None
        operation = described or _operation(route, found, components)
        operation["parameters"] = [*_parts(route, found), *_questions(route, found), *_others(operation)]
        operation["operationId"] = f"{route.method} {route.path}"
        operation["responses"] = {"default": {"description": "anything but a fault of ours"}}
        operation.pop("security", None)
        paths.setdefault(route.template, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Every route", "version": "1"},
        "paths": paths,
        "components": {"schemas": components},
    }


def _others(operation: Schema) -> list[Schema]:
    return [one for one in operation.get("parameters", []) if one["in"] in {"header"} or one["in"] == "query"]


def _operation(route: Route, found: Found, components: Schema) -> Schema:
    if route.method == "GET":
        return {}
    fields = _fields(route, found, components)
    body = {"type": "object", "properties": fields, "additionalProperties": False}
    examples = {
        str(number): {"value": dict(form.fields)} for number, form in enumerate(found.forms.get(route.path, [])[:3])
    }
    content: Schema = {FORM: {"schema": body} | ({"examples": examples} if examples else {})}
    if route.reads_json:
        content["application/json"] = {"schema": {"type": "object"}}
    return {"requestBody": {"required": True, "content": content}}


def _fields(route: Route, found: Found, components: Schema) -> Schema:
    fields: Schema = {}
    for form in route.forms:
        schemas, parts = msgspec.json.schema_components([form], ref_template="#/components/schemas/{name}")
        components.update({name: _as_sent(part) for name, part in parts.items()})
        name = schemas[0]["$ref"].rpartition("/")[2]
        fields |= {field: _without_default(part) for field, part in components[name]["properties"].items()}
    for name, values in _typed(route, found).items():
        known = {"enum": sorted(values)}
        fields[name] = {"anyOf": [known, fields[name]]} if name in fields else {"anyOf": [known, {"type": "string"}]}
    return fields


def _typed(route: Route, found: Found) -> dict[str, set[str]]:
    values: dict[str, set[str]] = {}
    for form in found.forms.get(route.path, []):
        for name, value in form.fields:
            values.setdefault(name, set()).add(value)
    return values


def _without_default(part: Schema) -> Schema:
    return {name: value for name, value in part.items() if name != "default"}


def _as_sent(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_as_sent(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "boolean":
        return BOX
    if schema.get("type") == "null":
        return {"enum": [""]}
    if schema.get("format") in AS_SENT:
        return AS_SENT[schema["format"]]
    return {name: _as_sent(part) for name, part in schema.items() if name != "default"}


def _parts(route: Route, found: Found) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _part(name, kind, found)} for name, kind in route.parts
    ]


def _part(name: str, kind: str, found: Found) -> Schema:
    """Mostly values that exist, and any other of the kind."""
    any_of_kind = {"type": "string", "format": "uuid"} if kind == "uuid" else {"type": "string", "minLength": 1}
    known = list(found.parts.get(name, {}))
    return {"anyOf": [{"enum": known}, any_of_kind]} if known else any_of_kind


def _questions(route: Route, found: Found) -> list[Schema]:
    if route.method != "GET" or route.in_schema:
        return []
    seen = found.questions.get(route.path, {})
    return [
        {
            "name": name,
            "in": "query",
            "schema": {"anyOf": [{"enum": list(seen[name])}, {"type": "string"}]}
            if name in seen
            else {"type": "string"},
        }
        for name in sorted(route.questions | seen.keys())
    ]
