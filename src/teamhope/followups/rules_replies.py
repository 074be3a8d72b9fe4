"""What a text that comes back to one of our numbers asks for, in English or Spanish; what is doubtful stops texts too.

Source: domain.md §2.5. Any reasonable wording counts, not single words alone, and a person reads whatever says more.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Meaning(StrEnum):
    """A bare no to texts, one about calls, one that may be a no or says more, a keyword for help, and whatever else."""

    STOP = "stop"
    CALLS = "calls"
    UNSURE = "unsure"
    HELP = "help"
    OTHER = "other"


STOPS_TEXTS: Final = frozenset({Meaning.STOP, Meaning.CALLS, Meaning.UNSURE})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# One of these alone, or several, is a bare no. The last of the first line are slips of a hurried thumb.
STOP_WORDS: Final = _words(
    "stop stopall stopit unsubscribe cancel end quit revoke optout arret stp stpo sotp stoppp "
    "alto para pare paren paralo basta cancela cancelar cancele detener detente detenga detenganse baja"
)
COURTESY: Final = _words(
    "please pls plz thanks thank you now immediately ok okay hi hello dear sir madam it this all asap just already me "
    "por favor ya gracias ahora hola inmediatamente todo esto senor senora porfa porfavor"
)
FILLERS: Final = _words("i your list again anymore from se lo la de tu su lista nunca nada")
STOP_SIGNS: Final = frozenset("🛑✋🚫⛔")
# A no in more words than one, wherever it stands; whatever else the text says is read by a person.
STOP_PHRASES: Final = re.compile(
    r"\b(?:"
    r"stop (?:all )?(?:text|messag|call|contact|send|writ|bother|harass|all|these|those|the (?:text|messag|call))\w*"
    r"(?: me\b)?(?: (?:these|texts|messages|more)\b)*"
    r"|(?:do not|dont|never|no longer want you to) (?:ever )?(?:text|message|call|contact|write|send|bother)\b"
    r"|no (?:more )?(?:sms|texts?|messages?|calls?)\b|no more\b|(?:(?:want|like) to )?opt(?:ing)? (?:me )?out\b"
    r"|leave (?:me|us) alone|lose (?:my|this) number"
    r"|(?:take|remove|delete) (?:me|us|(?:my|this) (?:number|name|phone))(?: off)?\b"
    r"|wrong (?:number|person)|not interested"
    r"|(?:dejen?|deja|deje|dejar|paren?|pare|para) de (?:\w+ )?(?:llam|escrib|mand|envi|molest|contact)\w*"
    r"|no (?:me |nos )?(?:llam|escrib|mand|envi|molest|contact|habl|marq)\w*(?: mas)?(?: mensajes)?"
    r"|no (?:quiero|deseo|necesito)(?: recibir)?(?: que me)? (?:mas|mensaj|llam|escrib|mand|envi)\w*(?: mensajes)?"
    r"|(?:ya )?no mas(?: mensajes)?|ya no (?:me |quiero|deseo)\w*(?: mensajes)?|dej[ae]n?(?:me|nos) en paz"
    r"|den?me de baja|(?:quiero )?dar(?:me)? de baja"
    r"|(?:quiten?|quita|quite|borren?|borra|borre|eliminen?|elimina|elimine)(?:me| mi (?:numero|nombre)| mi)\b"
    r"|numero equivocado|no (?:me )?interesa"
    r")"
)
# "Please don't stop", "no paren": the word is there and may mean the reverse.
REVERSED: Final = re.compile(
    r"\b(?:(?:do not|dont|never|cant|cannot|wont|not|no|nunca) (?:ever |please |se |me )?"
    r"(?:stop|quit|end|cancel|unsubscribe|pare|paren|parar|pares|detenga\w*|cancel\w+|deje|dejes|dejen|dejar) ?"
    r"|no (?:quiero|deseo) (?:que )?(?:parar|paren|pare|cancel\w+|darme de baja))"
)
NEGATION: Final = _words("no not dont doesnt cant cannot wont never without nope nah nunca ni sin jamas nadie")
REACHING: Final = re.compile(r"\b(?:sms|text|messag|mensaj|escrib|mand|envi|contact|reach|list)\w*")
CALLING: Final = re.compile(
    r"\b(?:call(?:s|ed|ing|er)?\b|phone|ring\b|dial|number|llam|telefon|marc|marq|habl|numero)\w*"
)
HELP_WORDS: Final = _words("help info ayuda informacion")


def meaning_of(text: str) -> Meaning:
    """Case, accents, punctuation, and letters that are drawn out do not matter."""
    words = _plain(text)
    said = " ".join(words)
    if _is_no(words, said) or STOP_SIGNS.intersection(text):
        return _kind_of_no(said)
    if _may_be_no(words, said):
        return Meaning.CALLS if CALLING.search(said) and not REVERSED.search(said) else Meaning.UNSURE
    return Meaning.HELP if len(words) == 1 and HELP_WORDS.issuperset(words) else Meaning.OTHER


def _is_no(words: list[str], said: str) -> bool:
    asked = [word for word in words if word not in COURTESY]
    bare = bool(asked) and STOP_WORDS.issuperset(asked)
    return not REVERSED.search(said) and (bare or bool(STOP_PHRASES.search(said)))


def _kind_of_no(said: str) -> Meaning:
    """About calls or the number; else bare where nothing is said but the phrase, courtesy and fillers."""
    if CALLING.search(said):
        return Meaning.CALLS
    more = set(STOP_PHRASES.sub(" ", said).split()) - STOP_WORDS - COURTESY - FILLERS
    return Meaning.UNSURE if more else Meaning.STOP


def _may_be_no(words: list[str], said: str) -> bool:
    negated = bool(NEGATION.intersection(words))
    only_no = negated and NEGATION.union(COURTESY).issuperset(words)
    about_us = negated and bool(REACHING.search(said) or CALLING.search(said))
    return bool(STOP_WORDS.intersection(words) or REVERSED.search(said)) or only_no or about_us


def _plain(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    together = re.sub(r"['\u2019`´]", "", bare)
    spaced = re.sub(r"\b(\w)[ .-](?=\w\b)", r"\1", together)  # s t o p, s.t.o.p
    drawn = re.sub(r"(\w)\1{2,}", r"\1", spaced)
    return re.findall(r"[a-z0-9]+", drawn.replace("opt-out", "optout"))
