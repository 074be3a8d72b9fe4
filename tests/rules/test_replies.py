"""What a text that comes back asks for: any reasonable wording of no, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.followups.rules_replies import STOP_WORDS, STOPS_TEXTS, Meaning, meaning_of

STOPS = """
Detente
¡Para!
deja de escribirme
Déjame en paz
bórrame
quítame de la lista
no quiero que me escriban
No quiero recibir más mensajes
leave us alone
no sms
🛑
STOP
stop
Stop.
STOP!!!
Stoppp
s t o p
Stop please
please stop
Stop it
STOPALL
Unsubscribe
unsubscribe me please
CANCEL
end
Quit
REVOKE
opt out
Opt-out
I want to opt out
stop texting me
Stop sending me these
please stop messaging me
do not contact me again
Don't text me
no more
No more texts
Leave me alone
take me off your list
remove me
not interested thanks
Stop, thank you
sotp
ALTO
alto por favor
Pare
pare ya
PAREN
Basta
basta ya
Cancelar
BAJA
no más
No mas mensajes
NO ME ESCRIBAN
no me manden más mensajes
no enviar
Deje de escribirme
Ya no me escriba
ya no quiero mensajes
Déjenme en paz
deme de baja
quiero darme de baja
Bórreme
no me interesa, gracias
""".strip().splitlines()
CALLS = """
STOP CALLING MY HOUSE
dont call this number
never call me again
no more calls please
Remove my number
lose my number
You have the wrong number
no me llamen por favor
dejen de llamar
no quiero más llamadas
quiten mi número
Número equivocado
remove this number
borra mi numero
no me hables
no me marques
I don't want calls on this phone
Please don't call this number, he has my phone. Call my sister instead
No me llame a este numero, mi esposo lo revisa
no puedo hoy, no me llamen hasta el lunes
No more Tuesday calls, can we do Friday?
""".strip().splitlines()
UNSURES = """
I asked you already, stop texting
I have no more minutes, he is outside the house
no
no thank you
I don't want these texts
sin mensajes
please don't stop
Please dont stop calling, it helps
don't ever stop
I can't stop crying
never quit on us
I'm at the bus stop
when does this end?
I had to cancel my appointment, can we talk Tuesday
no pare por favor
No paren, me ayudan mucho
no quiero que paren
no dejen de llamar
no se detengan
ya casi es el alto de la calle
Voy a cancelar mi cita del martes
""".strip().splitlines()
HELPS = ["HELP", "Info", "AYUDA", "Ayuda!"]
OTHERS = """
help me please now
ayuda por favor ahora
No I can't talk today
Can we do 7 instead?
Thank you so much
ok
👍
Who is this?
¿Quién es?
¿Podemos hablar mañana?
Gracias por todo
yes
Tuesday works
Necesito hablar con alguien
C
""".strip().splitlines()


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *((text, Meaning.STOP) for text in STOPS),
        *((text, Meaning.CALLS) for text in CALLS),
        *((text, Meaning.UNSURE) for text in UNSURES),
        *((text, Meaning.HELP) for text in HELPS),
        *((text, Meaning.OTHER) for text in OTHERS),
    ],
)
def test_a_reply_means(text: str, meaning: Meaning) -> None:
    assert meaning_of(text) is meaning


def test_there_are_sixty_and_more_and_no_two_the_same() -> None:
    replies = [*STOPS, *CALLS, *UNSURES, *HELPS, *OTHERS]
    assert len(set(replies)) == len(replies) >= 60


@given(st.sampled_from(sorted(STOP_WORDS)), st.sampled_from(["{}", "{}!", " {} ", "{} please", "por favor {}", "¡{}!"]))
def test_a_word_of_no_stops_in_any_dress(word: str, dress: str) -> None:
    assert meaning_of(dress.format(word.upper())) is Meaning.STOP


@given(st.sampled_from(sorted(STOP_WORDS)), st.text(max_size=40))
def test_no_reply_with_such_a_word_leaves_texts_on(word: str, more: str) -> None:
    assert meaning_of(f"{more} {word} ") in STOPS_TEXTS


@given(st.text(max_size=1600))
def test_whatever_is_written_has_a_meaning(text: str) -> None:
    assert meaning_of(text) in Meaning
