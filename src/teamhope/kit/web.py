"""Pages and their protections: templates in their shell, headers, hashed static files, forged forms refused."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request
from litestar.config.csrf import CSRFConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import FormMultiDict, MutableScopeHeaders, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException, NotFoundException, PermissionDeniedException, SerializationException
from litestar.middleware.csrf import CSRFMiddleware, generate_csrf_token
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_415_UNSUPPORTED_MEDIA_TYPE
from litestar.types import Message, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup

from teamhope.kit import i18n

PACKAGE: Final = Path(__file__).parent.parent
STATIC: Final = PACKAGE / "static"
HASH_LENGTH: Final = 12
FOREVER: Final = "public, max-age=31536000, immutable"
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
# In the `opt` of a route whose form carries a file. Litestar writes none below 1 MiB to the disk, and takes none above
# app.LARGEST_BODY: what is uploaded is in memory only.
TAKES_FILES: Final = "takes_files"
LANGUAGE_COOKIE: Final = "language"
STRICT_TRANSPORT: Final = "max-age=63072000; includeSubDomains"


@cache
def static_url(path: str) -> str:
    """The address of a built file; it changes with the content, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:HASH_LENGTH]
    return f"/static/{path}?v={digest}"


@cache
def _built_paths() -> frozenset[str]:
    return frozenset(f"/static/{file.relative_to(STATIC).as_posix()}" for file in STATIC.rglob("*") if file.is_file())


def only_built_files(request: Request[Any, Any, Any]) -> None:
    """Before a file is looked for: an address that no file system could hold (a NUL, 5,000 letters) is a 404 too."""
    if request.scope["path"] not in _built_paths():
        raise NotFoundException


def template_engine() -> JinjaTemplateEngine:
    environment = Environment(
        loader=FileSystemLoader(PACKAGE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    i18n.install(environment)
    environment.globals["static"] = static_url
    return JinjaTemplateEngine.from_environment(environment)


Shell = Callable[[Request[Any, Any, Any]], Any]


def page(request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: Any) -> Template:
    """A whole page: the template inside the shell that the application gave (app.state.shell)."""
    shell: Shell = request.app.state.shell
    context["shell"] = shell(request)
    return Template(template_name=template, context=context, status_code=status, headers={"vary": "HX-Request, Cookie"})


def see(path: str, done: str = "") -> Redirect:
    """After a form has acted, another page: reloading does not act again. `done` is a code, shown as a sentence."""
    return Redirect(path=f"{path}?done={done}" if done else path, status_code=303)


def speak_to(connection: ASGIConnection[Any, Any, Any, Any], default: str, preference: str | None = None) -> None:
    """The answer is in her own language, else in that of her cookie, of her browser, of the deployment."""
    cookie, accepted = connection.cookies.get(LANGUAGE_COOKIE), connection.headers.get("accept-language")
    i18n.set_language(i18n.choose_language(preference, cookie, accepted, default))


def csrf_field(request: Request[Any, Any, Any]) -> Markup:
    token = ScopeState.from_scope(request.scope).csrf_token
    return Markup('<input type="hidden" name="_csrf_token" value="{}">').format(token if isinstance(token, str) else "")


def is_fragment(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("hx-request") == "true"


class StrictRequest(Request[Any, Any, Any]):
    """Litestar's, which answers 500 to JSON that is nested too deep or is not UTF-8, where 400 is right.

    And which takes a body of any other kind for a form without answers: a call for help that nobody could read.
    A file is taken by the routes of TAKES_FILES alone.
    """

    async def form(self) -> FormMultiDict:
        if not _is_form(self) and await self.body():
            raise HTTPException(status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE)
        return await super().form()

    async def json(self) -> Any:
        try:
            return await super().json()
        except (RecursionError, UnicodeDecodeError) as odd:
            raise SerializationException("the JSON cannot be read") from odd


class RefusesForgedForms(CSRFMiddleware):
    """Litestar's check, which answers odd bytes, files and broken forms with 500 where 403 is right.

    And which keeps a cookie of another key for ever: after a change of keys nobody could sign in any more.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request: Request[Any, Any, Any] = Request(scope, receive)
        if self.exclude is not None and self.exclude.match(scope["path"]):
            await self.app(scope, receive, send)
        elif request.method not in self.config.safe_methods:
            try:
                await _read_form(request)
                await super().__call__(scope, receive, send)
            finally:
                await _close_files(scope)
        elif self._is_ours(request.cookies.get(self.config.cookie_name)):
            await super().__call__(scope, receive, send)
        else:
            token = generate_csrf_token(self.config.secret)
            ScopeState.from_scope(scope).csrf_token = token
            await self.app(scope, receive, self.create_send_wrapper(send=send, token=token, csrf_cookie=None))

    def _is_ours(self, cookie: str | None) -> bool:
        return cookie is not None and self._csrf_tokens_match(cookie, cookie)

    def _csrf_tokens_match(self, request_csrf_token: object, cookie_csrf_token: object) -> bool:
        if not isinstance(request_csrf_token, str) or not isinstance(cookie_csrf_token, str):
            return False
        if not (request_csrf_token.isascii() and cookie_csrf_token.isascii()):
            return False
        return super()._csrf_tokens_match(request_csrf_token, cookie_csrf_token)


def _is_form(request: Request[Any, Any, Any]) -> bool:
    if request.content_type[0] == RequestEncodingType.MULTI_PART:
        return bool(request.route_handler.opt.get(TAKES_FILES))
    return request.content_type[0] == RequestEncodingType.URL_ENCODED


async def _read_form(request: Request[Any, Any, Any]) -> None:
    """Litestar keeps what was read, so the check and the handler see the same."""
    if not _is_form(request):
        if request.content_type[0] == RequestEncodingType.MULTI_PART:
            raise PermissionDeniedException("this form takes no files")
        return
    try:
        await request.form()
    except (ValueError, LookupError, TypeError, SerializationException) as odd:
        raise PermissionDeniedException("the form cannot be read") from odd


async def _close_files(scope: Scope) -> None:
    form = ScopeState.from_scope(scope).form
    for value in form.values() if isinstance(form, dict) else ():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, UploadFile):
                await each.close()


def csrf_config(secret: bytes, *, secure: bool, exclude: list[str]) -> CSRFConfig:
    return CSRFConfig(
        secret=secret.hex(),
        cookie_name="__Host-form" if secure else "form",
        cookie_secure=secure,
        cookie_httponly=True,
        cookie_samesite="lax",
        exclude=exclude,
    )


def protect(secure: bool) -> Callable[[Message, Scope], Any]:
    """The `before_send` hook: every answer carries the headers; pages are never stored, built files for ever."""

    async def add_headers(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if secure:
            headers.setdefault("strict-transport-security", STRICT_TRANSPORT)
        is_static = scope["path"].startswith("/static/") and message["status"] == 200
        headers["cache-control"] = FOREVER if is_static else "no-store"

    return add_headers
