"""Every reason, caution and exclusion has a sentence in both languages."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from teamhope import matching
from teamhope.kit.i18n import translations, use_language
from teamhope.matching.rules_facts import Reason
from teamhope.matching.rules_likeness import FACTORS
from teamhope.matching.wording import FACTORS as FACTOR_NAMES
from teamhope.matching.wording import LIMITS, SENTENCES, sentence

WORDS = {("case_type", "left"): "Left home", ("language", "es"): "Spanish", ("state", "TX"): "Texas"}


def label(kind: str, code: str) -> str:
    return WORDS.get((kind, code), f"{kind}:{code}")


def nodes_of_the_rules() -> list[ast.AST]:
    folder = Path(matching.__file__).parent
    return list(ast.walk(ast.parse("\n".join(path.read_text() for path in folder.glob("rules*.py")))))


def test_every_reason_has_a_sentence() -> None:
    calls = [node for node in nodes_of_the_rules() if isinstance(node, ast.Call) and node.args]
    named = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Reason"]
    codes = {code.value for code in named if isinstance(code, ast.Constant)}
    assert len(codes) > 20
    assert codes <= SENTENCES.keys()


def test_every_sentence_has_a_reason() -> None:
    words = {node.value for node in nodes_of_the_rules() if isinstance(node, ast.Constant)}
    made_of_kinds = {f"own_limit_{kind}" for kind in LIMITS}
    assert SENTENCES.keys() <= words | made_of_kinds


def test_every_factor_has_a_name() -> None:
    assert {factor.code for factor in FACTORS} == set(FACTOR_NAMES)


@pytest.mark.parametrize("text", sorted({*SENTENCES.values(), *FACTOR_NAMES.values(), *LIMITS.values()}))
def test_every_sentence_has_spanish_with_the_same_places(text: str) -> None:
    spanish = translations("es").gettext(text)
    assert spanish != text
    assert sorted(re.findall(r"%\((\w+)\)s", spanish)) == sorted(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize(
    ("reason", "english", "spanish"),
    [
        (
            Reason("no_shared_language", {"languages": ("es", "vi")}),
            "No shared language: needs Spanish, language:vi.",
            "Sin idioma en común. Idioma de la familia: Spanish, language:vi.",
        ),
        (
            Reason("credential_expires", {"credential": "core_training", "date": date(2026, 3, 4)}),
            "Expires too soon, on March 4, 2026: credential:core_training.",
            "Vence demasiado pronto, el 4 de marzo de 2026: credential:core_training.",
        ),
        (
            Reason("room_for_more", {"free": 2, "load": 1, "capacity": 3}),
            "Room for 2 more (has 1 of 3)",
            "Puede acompañar a 2 familias más (tiene 1 de 3)",
        ),
        (Reason("shared_hours", {"hours": 11.0}), "11 shared hours a week", "11 horas en común por semana"),
        (Reason("shared_hours", {"hours": 2.75}), "2.75 shared hours a week", "2.75 horas en común por semana"),
        (Reason("not_known", {"factor": "role"}), "Not known: role in the family", "No se sabe: papel en la familia"),
        (
            Reason("own_limit_not_known", {"limit": "state"}),
            "Set a limit that cannot be checked: the family's state is not known.",
            "Puso un límite que no se puede comprobar: de la familia no se sabe: estado.",
        ),
        (
            Reason("same_experience", {"experience": "left"}),
            "Same experience: Left home",
            "Misma experiencia: Left home",
        ),
    ],
)
def test_a_reason_reads(reason: Reason, english: str, spanish: str) -> None:
    with use_language("en"):
        assert sentence(reason, label) == english
    with use_language("es"):
        assert sentence(reason, label) == spanish
