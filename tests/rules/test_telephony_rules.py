"""Telephony's rules, without a network: texts, signatures, refusals, and what reports mean."""

import base64
import hashlib
import hmac
import random
import re
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from teamhope.kit.i18n import LANGUAGES, language
from teamhope.telephony import wording
from teamhope.telephony.callbacks import FORWARD, REPORTED, advance
from teamhope.telephony.outcomes import NotAccepted, Rejected, Unknown, refused
from teamhope.telephony.signatures import is_signed
from teamhope.vocabulary.calls import MessageStatus

TOKEN = "a-token-for-tests"
PUBLIC = "https://hope.example"
PATH = "/hooks/twilio/sms-status?attempt=0b0e6a7c"
FORM = (("MessageStatus", "delivered"), ("To", "+12025550123"), ("MessageSid", "SM01"))


def signed(url: str, form: tuple[tuple[str, str], ...], token: str = TOKEN) -> str:
    """As Twilio documents it: the address, then each name and value in the order of the names."""
    text = url + "".join(name + value for name, value in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


RIGHT = signed(PUBLIC + PATH, FORM)


class TestSignatures:
    @pytest.mark.parametrize(
        "signature",
        [
            pytest.param(None, id="missing"),
            pytest.param("", id="empty"),
            pytest.param("x" * 28, id="made up"),
            pytest.param("é" * 28, id="not ASCII"),
            pytest.param("x" * 10_000, id="10,000 characters"),
            pytest.param(RIGHT[:-1], id="cut"),
            pytest.param(RIGHT + " ", id="longer"),
            pytest.param(signed(PUBLIC + PATH, FORM, "another-token"), id="another token"),
            pytest.param(signed("https://evil.example" + PATH, FORM), id="another host"),
            pytest.param(signed(PUBLIC.replace("https", "http") + PATH, FORM), id="before the proxy"),
            pytest.param(signed(PUBLIC + PATH, FORM[1:]), id="another form"),
        ],
    )
    def test_forged(self, signature: str | None) -> None:
        assert not is_signed(TOKEN, PUBLIC, PATH, FORM, signature)

    def test_nobody_signs_with_an_empty_token(self) -> None:
        assert not is_signed("", PUBLIC, PATH, FORM, signed(PUBLIC + PATH, FORM, ""))

    def test_a_path_cannot_choose_another_host(self) -> None:
        path = "@evil.example/hooks"
        assert not is_signed(TOKEN, PUBLIC, path, FORM, signed(PUBLIC + path, FORM))

    def test_an_uploaded_file_is_refused(self) -> None:
        assert not is_signed(TOKEN, PUBLIC, PATH, [("MessageStatus", b"delivered")], RIGHT)

    @pytest.mark.parametrize("address", [PUBLIC, PUBLIC + "/", PUBLIC + ":443"])
    def test_right(self, address: str) -> None:
        assert is_signed(TOKEN, address, PATH, FORM, RIGHT)

    def test_parameters_that_we_do_not_know_yet_and_repeated_names_are_signed_too(self) -> None:
        form = (*FORM, ("NewThing", "b"), ("NewThing", "a"))
        assert is_signed(TOKEN, PUBLIC, PATH, form, signed(PUBLIC + PATH, form))
        assert not is_signed(TOKEN, PUBLIC, PATH, form, RIGHT)

    text = st.text(st.characters(exclude_categories=()), max_size=40)  # lone surrogates included

    @given(text, st.lists(st.tuples(text, text | st.binary(max_size=4)), max_size=5), st.none() | text)
    @example("/\ud800", [], "x" * 28)
    @example("/", [("a", "\ud800")], "x" * 28)
    @example(":99999/", [], "x" * 28)
    def test_whatever_comes_is_refused_without_an_error(self, path, form, signature) -> None:
        assert is_signed(TOKEN, PUBLIC, "/" + path, form, signature) is False
        assert is_signed(TOKEN, PUBLIC, path, form, "x" * 28) is False

    plain = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)

    @given(st.dictionaries(plain, plain, max_size=6), st.randoms())
    def test_any_form_that_was_signed_is_right_in_any_order(self, form, random) -> None:
        items = list(form.items())
        signature = signed(PUBLIC + PATH, tuple(items))
        random.shuffle(items)
        assert is_signed(TOKEN, PUBLIC, PATH, items, signature)


class TestReports:
    provider_words = st.sampled_from([*REPORTED, "a_word_of_next_year", ""])
    statuses = st.sampled_from(MessageStatus)

    def test_every_status_has_its_place(self) -> None:
        assert sorted(FORWARD) == sorted(MessageStatus)

    @pytest.mark.parametrize("word", ["queued", "accepted", "sending"])
    def test_what_the_provider_has_queued_is_never_queued_by_us_again(self, word: str) -> None:
        assert advance(MessageStatus.UNCERTAIN, word) is MessageStatus.SENT

    @pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])))
    def test_a_delivered_text_is_delivered_in_whatever_order_we_hear_of_it(self, order: tuple[str, ...]) -> None:
        status = MessageStatus.SENDING
        for word in order:
            status = advance(status, word)
        assert status is MessageStatus.DELIVERED

    @pytest.mark.parametrize("word", ["failed", "undelivered", "canceled"])
    def test_a_failure_is_not_undone_by_an_older_report(self, word: str) -> None:
        assert advance(advance(MessageStatus.SENT, word), "sent") is MessageStatus.FAILED

    def test_a_word_we_do_not_know_changes_nothing(self) -> None:
        for status in MessageStatus:
            assert advance(status, "a_word_of_next_year") is status

    @given(statuses, st.lists(provider_words, max_size=8))
    def test_it_never_goes_back(self, status, words) -> None:
        for word in words:
            after = advance(status, word)
            assert FORWARD.index(after) >= FORWARD.index(status)
            status = after

    @given(statuses, st.lists(provider_words, max_size=8), st.integers(0, 2**32))
    def test_shuffled_and_doubled_reports_end_in_the_same_status(self, start, words, seed) -> None:
        again = words * 2
        random.Random(seed).shuffle(again)
        first = second = start
        for word in words:
            first = advance(first, word)
        for word in again:
            second = advance(second, word)
        assert first is second


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (400, 21610, Rejected(21610)),
        (400, 21211, Rejected(21211)),
        (404, 20404, Rejected(20404)),
        (401, 20003, NotAccepted("account")),
        (403, 20005, NotAccepted("account")),
        (408, 408, Unknown("http_408")),
        (307, 307, Unknown("http_307")),
        (500, 20500, Unknown("http_500")),
        (503, 503, Unknown("http_503")),
    ],
)
def test_what_a_refusal_means(status: int, code: int, meaning: object) -> None:
    assert refused(status, code) == meaning


def test_only_some_refusals_are_about_the_number() -> None:
    assert {code for code in (21610, 21211, 21614, 21603, 21606) if Rejected(code).stops_number} == {
        21610,
        21211,
        21614,
    }


EVERY_TEXT = [wording.in_language(text, code) for text in wording.TEXTS for code in LANGUAGES]
BETRAYS = re.compile(
    r"missing|abus|abduct|kidnap|exploit|traffick|runaway|child|kid\b|son\b|daughter|famil|victim|case|police|hope|team"
    r"|center|ncmec|volunteer|program|desaparec|secuestr|explot|trata|niñ|hij[oa]|menor|caso|polic[ií]a|voluntari|centro",
    re.IGNORECASE,
)


class TestWording:
    @pytest.mark.parametrize("text", EVERY_TEXT)
    def test_no_text_can_tell_anything(self, text: str) -> None:
        assert not BETRAYS.search(text)
        assert not re.search(r"\d|[{}%@]|://|www", text)

    @pytest.mark.parametrize("text", EVERY_TEXT)
    def test_no_text_names_anybody(self, text: str) -> None:
        # A capital starts a sentence; anywhere else it would be a name.
        assert not re.search(r"(?<![.?!] )(?<!^)[A-ZÁÉÍÓÚÑ]", text)

    @pytest.mark.parametrize("text", EVERY_TEXT)
    def test_a_text_is_one_message(self, text: str) -> None:
        assert len(text) <= 70  # letters like ó leave 70 characters to a text message

    @pytest.mark.parametrize(
        ("code", "text"),
        [
            ("en", "You have a call due today. Sign in to see it."),
            ("es", "Tiene una llamada pendiente hoy. Inicie sesión para verla."),
            ("es-MX", "Tiene una llamada pendiente hoy. Inicie sesión para verla."),
            ("vi", "You have a call due today. Sign in to see it."),
            ("", "You have a call due today. Sign in to see it."),
        ],
    )
    def test_the_reminder(self, code: str, text: str) -> None:
        assert wording.reminder(code) == text

    def test_the_language_of_the_task_stays(self) -> None:
        wording.reminder("es")
        assert language.get() == "en"

    def test_nothing_may_be_added_to_a_text(self) -> None:
        assert not wording.is_ours(wording.reminder("en") + " F-7K3Q-92")
        assert not wording.is_ours("")
        assert all(wording.is_ours(text) for text in EVERY_TEXT)
