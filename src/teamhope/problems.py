"""How a refusal is told: a page in the reader's language, or problem+json with a stable code."""

import re
import secrets
from typing import Any, Final

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException
from litestar.response import Redirect

from teamhope.kit import forms, logs
from teamhope.kit.database import ROW_REFUSED, UNAVAILABLE
from teamhope.kit.forms import Form, FormProblems, Sent, typed
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import is_fragment, page, speak_to
from teamhope.vocabulary.errors import (
    IllegalMove,
    Invalid,
    NotThen,
    ProofNeeded,
    Refused,
    SecondFactorNeeded,
    SignInNeeded,
    TooMany,
)
from teamhope.vocabulary.labels import label

log = structlog.get_logger()

PROBLEM_JSON: Final = "application/problem+json"
RETRY_SECONDS: Final = 5

# One sentence for each code that a use case refuses with; %(name)s are the refusal's facts.
SENTENCES: Final[dict[str, str]] = {
    "not_found": N_("This page is not here, or it is not yours to see."),
    "sign_in_needed": N_("Sign in first."),
    "second_factor_needed": N_("Set up a second step for signing in, then go on."),
    "proof_needed": N_("Confirm first that it is you."),
    "not_your_role": N_("Your role does not include this."),
    "not_yourself": N_("You cannot do this to your own account."),
    "role_needs_person": N_("A token for this role must belong to a person."),
    "wrong_sign_in": N_("The email or the password is not right."),
    "wrong_password": N_("The password is not right."),
    "wrong_code": N_("This code is not right, or it was used before. Wait for the next one, then try again."),
    "wrong_passkey": N_("This passkey could not be used. Try again, or choose another way."),
    "passkey_known": N_("This passkey is set up already."),
    "step_over": N_("That took too long or too many tries. Sign in once more."),
    "app_is_set_up": N_("An app is set up already. Remove it first."),
    "no_second_factor": N_("Set up a passkey or an app first."),
    "wait_to_sign_in": N_("Too many tries. Seconds to wait: %(seconds)s. Then try once more."),
    "illegal_move": N_("This cannot be done now. Possible from here: %(possible)s."),
    "invalid": N_("Some answers need to be corrected."),
    "email_taken": N_("Somebody already signs in with this email."),
    "role_or_person": N_("Choose a role or a person, not both."),
    "forged_form": N_(
        "This form is too old or did not come from here. Go back, load the page again and send it once more."
    ),
    "malformed": N_("What was sent cannot be read."),
    "body_too_large": N_("What was sent is too large."),
    "method_not_allowed": N_("This address does not take that kind of request."),
    "unavailable": N_("The service is busy or resting for a moment. Nothing was lost; try again in a few seconds."),
    "internal": N_("Something went wrong on our side. Nothing was half-saved."),
}

HEADINGS: Final = {
    400: N_("This cannot be read"),
    401: N_("Please sign in"),
    403: N_("This is not open to you"),
    404: N_("Not found"),
    405: N_("Not possible here"),
    409: N_("Not possible now"),
    413: N_("Too large"),
    422: N_("There is a problem"),
    429: N_("Please wait a moment"),
    500: N_("Something went wrong"),
    503: N_("Please try again in a moment"),
}
WHAT_TO_DO: Final = {
    404: N_("Go back to Today and choose from there."),
    409: N_("Go back, look at how things stand now, and choose again."),
    413: N_("Split the file, and send its parts one after the other."),
    429: N_("Wait, then try again."),
    500: N_("Try again. If it happens twice, tell your coordinator the number below."),
    503: N_("Wait a few seconds, then try again."),
}
# As msgspec words it; Litestar's name of the whole body; and how much of a stranger's field name is told again.
NAMED_FIELD: Final = re.compile(r"(contains unknown|missing required) field `([^`]+)`")
FIELD_CODES: Final = {"contains unknown": "unknown_field", "missing required": "required"}
WHOLE_BODY: Final = "data"
LONGEST_NAME: Final = 80  # characters
HTTP_CODES: Final = {
    400: "malformed",
    401: "sign_in_needed",
    403: "forged_form",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
}

LEADS_TO: Final[dict[type[Refused], str]] = {
    SignInNeeded: "/login",
    SecondFactorNeeded: "/me/security",
    ProofNeeded: "/me/confirm",
}

AnyRequest = Request[Any, Any, Any]


def sentence(code: str, facts: dict[str, object]) -> str:
    """The refusal in the reader's language; a code of the forms kit is known too."""
    known = SENTENCES.get(code)
    return gettext(known, **facts) if known else forms.sentence(code, facts)


def know(sentences: dict[str, str]) -> None:
    """Adds the sentences of a slice's own refusals."""
    SENTENCES.update(sentences)


def form_again(problem: FormProblems | Invalid, sent: Sent) -> Form:
    """The form as it was typed, with a sentence at each wrong field, whoever found it wrong."""
    return Form(values=typed(sent), errors={field: sentence(code, facts) for field, code, facts in problem.problems})


def wants_json(request: AnyRequest) -> bool:
    """Programs; a page would hold the address that it answers, and one under /cal/ is a secret."""
    return request.url.path.startswith(("/api/", "/cal/", "/schema", "/hooks/", "/livez", "/readyz", "/metrics"))


def refused(request: AnyRequest, refusal: Refused) -> Response[Any]:
    if type(refusal) in LEADS_TO and not wants_json(request):
        return _lead(request, LEADS_TO[type(refusal)])
    errors = refusal.problems if isinstance(refusal, Invalid) else ()
    answer = _answer(request, refusal.status, refusal.code, _facts(refusal), errors)
    if isinstance(refusal, SignInNeeded):
        answer.headers["www-authenticate"] = "Bearer"
    if isinstance(refusal, NotThen) and wants_json(request):
        answer.content["times"] = [at.isoformat() for at in refusal.times]
    if isinstance(refusal, TooMany):
        answer.headers["retry-after"] = str(refusal.retry_after_seconds)
    return answer


def _lead(request: AnyRequest, path: str) -> Redirect:
    """To where the refusal can be put right, and from there back to the page that was asked for."""
    return Redirect(f"{path}?next={request.url.path}" if request.method == "GET" else path, status_code=303)


def why(refusal: Refused) -> str:
    """The refusal in the reader's language, for a page of its own."""
    return sentence(refusal.code, _facts(refusal))


def _facts(refusal: Refused) -> dict[str, object]:
    return {**refusal.facts, "possible": _words(refusal)} if isinstance(refusal, IllegalMove) else refusal.facts


def _words(refusal: IllegalMove) -> str:
    return ", ".join(label(state) for state in refusal.possible) or gettext("nothing, it has ended")


def form_problems(request: AnyRequest, problems: FormProblems) -> Response[Any]:
    return _answer(request, 422, "invalid", {}, problems.problems)


def http_problem(request: AnyRequest, problem: HTTPException) -> Response[Any]:
    if isinstance(problem, ValidationException):
        return _answer(request, 422, "invalid", {}, _fields_of(problem))
    answer = _answer(request, problem.status_code, HTTP_CODES.get(problem.status_code, "malformed"), {})
    if isinstance(problem, MethodNotAllowedException):
        answer.headers["allow"] = _allowed(problem)
    return answer


def _allowed(problem: MethodNotAllowedException) -> str:
    """Source: RFC 9110 §15.5.6. Without OPTIONS, which Litestar adds to every route and no route here answers."""
    named = (problem.headers or {}).get("allow", "").split(", ")
    return ", ".join(sorted(set(named) - {"OPTIONS"}))


def _fields_of(problem: ValidationException) -> tuple[tuple[str, str, dict[str, object]], ...]:
    extra = problem.extra if isinstance(problem.extra, list) else []
    return tuple((*_field_of(item), {}) for item in extra if isinstance(item, dict))


def _field_of(item: dict[str, Any]) -> tuple[str, str]:
    """(field, code). Of a field too many or too few, Litestar's key names only the part that it belongs to."""
    part, named = str(item.get("key", "")), NAMED_FIELD.search(str(item.get("message", "")))
    if named is None:
        return part, "not_valid"
    name = named[2][:LONGEST_NAME]
    return name if part in {"", WHOLE_BODY} else f"{part}.{name}", FIELD_CODES[named[1]]


def unavailable(request: AnyRequest, problem: Exception) -> Response[Any]:
    log.warning("database_unavailable", error_type=type(problem).__name__)
    answer = _answer(request, 503, "unavailable", {})
    answer.headers["retry-after"] = str(RETRY_SECONDS)
    return answer


def row_refused(request: AnyRequest, problem: Exception) -> Response[Any]:
    """The second wall held where the first had a gap: to her it is not there, and the log says where to look."""
    log.error("row_refused", where=logs.place_of(problem))
    return _answer(request, 404, "not_found", {})


def internal(request: AnyRequest, problem: Exception) -> Response[Any]:
    """Neither message nor locals are logged: they may hold what a person typed."""
    error_id = secrets.token_hex(4)
    log.error("internal_error", error_id=error_id, error_type=type(problem).__name__, where=logs.place_of(problem))
    return _answer(request, 500, "internal", {}, error_id=error_id)


def _answer(
    request: AnyRequest,
    status: int,
    code: str,
    facts: dict[str, object],
    errors: tuple[tuple[str, str, dict[str, object]], ...] = (),
    error_id: str = "",
) -> Response[Any]:
    if request.scope.get("user") is None:  # refused, it may be, before anybody asked who she is
        speak_to(request, request.app.state.settings.default_language)
    detail = sentence(code, facts)
    fields = [{"field": field, "code": why, "message": sentence(why, more)} for field, why, more in errors]
    if wants_json(request):
        return _problem_json(status, code, detail, fields, error_id)
    context = {
        "number": status,
        "heading": gettext(HEADINGS.get(status, HEADINGS[400])),
        "detail": detail,
        "sentences": list(dict.fromkeys(field["message"] for field in fields)),
        "what_to_do": gettext(WHAT_TO_DO[status]) if status in WHAT_TO_DO else "",
        "error_id": error_id,
    }
    template = "errors/_error.html" if is_fragment(request) else "errors/error.html"
    return page(request, template, status=status, **context)


def _problem_json(status: int, code: str, detail: str, fields: list[dict[str, str]], error_id: str) -> Response[Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": gettext(HEADINGS.get(status, HEADINGS[400])),
        "status": status,
    }
    body |= {"code": code, "detail": detail}
    if fields:
        body["errors"] = fields
    if error_id:
        body["error_id"] = error_id
    return Response(body, status_code=status, media_type=PROBLEM_JSON)


EXCEPTION_HANDLERS: Final[dict[Any, Any]] = {
    Refused: refused,
    FormProblems: form_problems,
    HTTPException: http_problem,
    **dict.fromkeys(UNAVAILABLE, unavailable),
    ROW_REFUSED: row_refused,
    Exception: internal,
}
