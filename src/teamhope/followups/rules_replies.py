"""What a text that comes back to one of our numbers asks for, in English or Spanish; what is doubtful stops texts too.

Source: domain.md §2.5. Any reasonable wording counts, not single words alone, and a person reads whatever is unclear.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Meaning(StrEnum):
    """A clear no, one that may be, a question for our number, and whatever else."""

    STOP = "stop"
    UNSURE = "unsure"
    HELP = "help"
    OTHER = "other"


STOPS_TEXTS: Final = frozenset({Meaning.STOP, Meaning.UNSURE})
READ_BY_A_PERSON: Final = frozenset({Meaning.UNSURE, Meaning.OTHER})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# One of these alone, or several, is a clear no. The last of the first line are slips of a hurried thumb.
STOP_WORDS: Final = _words(
    "stop stopall stopit unsubscribe cancel end quit revoke optout arret stp stpo sotp stoppp "
    "alto parar pare paren paralo basta cancelar cancele detener detenga detenganse baja"
)
COURTESY: Final = _words(
    "me please pls plz thanks thank you now immediately ok okay hi hello dear sir madam it this all asap just already "
    "por favor ya gracias ahora hola inmediatamente todo esto senor senora porfa porfavor"
)
# A clear no in more words than one, wherever it stands.
STOP_PHRASES: Final = re.compile(
    r"\b(?:"
    r"stop (?:all )?(?:text|messag|call|contact|send|writ|bother|harass|all|these|those|the (?:text|messag|call))\w*"
    r"|(?:do not|dont|never|no longer want you to) (?:ever )?(?:text|message|call|contact|write|send|bother)\b"
    r"|no (?:more )?(?:texts?|messages?|calls?)\b|no more|opt(?:ing)? (?:me )?out|leave me alone|lose my number"
    r"|(?:take|remove|delete) (?:me|my (?:number|name|phone))|wrong (?:number|person)|not interested"
    r"|(?:dejen?|deje|dejar|paren?|pare) de (?:\w+ )?(?:llam|escrib|mand|envi|molest|contact)\w*"
    r"|no (?:me |nos )?(?:llam|escrib|mand|envi|molest|contact)\w*"
    r"|no (?:quiero|deseo|necesito) (?:mas|mensaj|llamad)\w*"
    r"|no mas|ya no (?:me |quiero|deseo)\w*|dejenme en paz|dejeme en paz|den?me de baja|dar(?:me)? de baja"
    r"|(?:quiten?|quite|borren?|borre|eliminen?|elimine)(?:me| mi)\b|numero equivocado|no (?:me )?interesa"
    r")"
)
# "Please don't stop", "no paren": the word is there and may mean the reverse.
REVERSED: Final = re.compile(
    r"\b(?:(?:do not|dont|never|cant|cannot|wont|not|no|nunca) (?:ever |please |se |me )?"
    r"(?:stop|quit|end|cancel|unsubscribe|pare|paren|parar|detenga\w*|cancel\w+|deje|dejen|dejar) ?"
    r"|no (?:quiero|deseo) (?:que )?(?:parar|paren|pare|cancel\w+|darme de baja))"
)
HELP_WORDS: Final = _words("help info ayuda informacion")


def meaning_of(text: str) -> Meaning:
    """Case, accents, punctuation, and letters that are drawn out do not matter."""
    words = _plain(text)
    said = " ".join(words)
    asked = [word for word in words if word not in COURTESY]
    if REVERSED.search(said):
        return Meaning.UNSURE
    if (asked and STOP_WORDS.issuperset(asked)) or STOP_PHRASES.search(said):
        return Meaning.STOP
    if STOP_WORDS.intersection(words):
        return Meaning.UNSURE
    return Meaning.HELP if asked and HELP_WORDS.issuperset(asked) else Meaning.OTHER


def _plain(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    together = re.sub(r"['\u2019`´]", "", bare)
    spaced = re.sub(r"\b(\w)[ .-](?=\w\b)", r"\1", together)  # s t o p, s.t.o.p
    drawn = re.sub(r"(\w)\1{2,}", r"\1", spaced)
    return re.findall(r"[a-z0-9]+", drawn.replace("opt-out", "optout"))
