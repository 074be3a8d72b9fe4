"""What a telephone is told, as the provider reads it (TwiML). Every sentence is one of telephony.wording_calls."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from teamhope.kit.i18n import LANGUAGES
from teamhope.telephony.outcomes import LONGEST_CALL
from teamhope.telephony.wording import in_language

SECONDS_FOR_A_KEY: Final = 8
VOICES: Final = {"en": "en-US", "es": "es-MX"}
EVERY_LANGUAGE: Final = ""  # for somebody whose language is not known: one after another


def ask(sentences: Sequence[str], language: str, action: str, *, longest: int = 1) -> str:
    """Say the sentences and wait for keys, up to `longest` or #; they go to `action`, no key too."""
    answer = VoiceResponse()
    keys: dict[str, object] = {"num_digits": 1} if longest == 1 else {"finish_on_key": "#", "num_digits": longest}
    if longest == 1:
        keys["finish_on_key"] = ""  # the # is an answer
    gather = Gather(input="dtmf", action=action, method="POST", timeout=SECONDS_FOR_A_KEY, **keys)
    _say(gather, sentences, language)
    answer.append(gather)
    answer.redirect(action, method="POST")
    return str(answer)


def tell(sentences: Sequence[str], language: str) -> str:
    """Say the sentences, then hang up."""
    answer = VoiceResponse()
    _say(answer, sentences, language)
    answer.hangup()
    return str(answer)


def whispered(sentences: Sequence[str], language: str) -> str:
    """Say the sentences to whom a conference announces them."""
    answer = VoiceResponse()
    _say(answer, sentences, language)
    return str(answer)


def nothing() -> str:
    """To a telephone at which nobody listens any more."""
    return str(VoiceResponse())


def pause_then(url: str) -> str:
    """A second of silence, then ask there."""
    answer = VoiceResponse()
    answer.pause(length=1)
    answer.redirect(url, method="POST")
    return str(answer)


def meet(
    phone_call_id: UUID,
    sentences: Sequence[str],
    language: str,
    *,
    action: str = "",
    ends_it: bool,
) -> str:
    """Into the conference of a call, in silence until somebody else is there.

    `action`: where she goes when she leaves it, by * or because it is over; without one she is hung up then. `ends_it`:
    it is over for all when this telephone leaves.
    """
    answer = VoiceResponse()
    _say(answer, sentences, language)
    after = {"action": action, "method": "POST", "hangup_on_star": True} if action else {}
    dial = Dial(time_limit=int(LONGEST_CALL.total_seconds()), **after)
    dial.conference(
        str(phone_call_id),
        beep="false",
        wait_url="",
        start_conference_on_enter=True,
        end_conference_on_exit=ends_it,
    )
    answer.append(dial)
    return str(answer)


def _say(to: VoiceResponse | Gather, sentences: Sequence[str], language: str) -> None:
    for spoken in (language,) if language else LANGUAGES:
        for sentence in sentences:
            to.say(in_language(sentence, spoken), language=VOICES.get(spoken, VOICES["en"]))
