"""One sentence for each error that a person at the command line can put right; silence for what is a defect."""

from typing import Final

import asyncpg
from asyncpg.exceptions import ClientConfigurationError, InvalidAuthorizationSpecificationError, InvalidCatalogNameError

from teamhope import problems
from teamhope.backups import BackupProblem
from teamhope.calls.service_zone import ReportZoneChanged
from teamhope.kit.crypto import KeyProblem
from teamhope.kit.database import UNAVAILABLE, UnsafeDatabaseUser
from teamhope.kit.embedded_postgres import EmbeddedPostgresError
from teamhope.kit.migrations import UpgradeFailed
from teamhope.kit.serving import AddressTaken
from teamhope.letters.post import PostProblem
from teamhope.operations.service import Unfit
from teamhope.retention.erasure_list import ErasureListProblem
from teamhope.settings import SettingProblem
from teamhope.vocabulary.errors import Invalid, Refused
from teamhope.vocabulary.programme import ProgrammeProblem

TOLD_BY_THEMSELVES: Final = (
    AddressTaken,
    BackupProblem,
    EmbeddedPostgresError,
    ErasureListProblem,
    KeyProblem,
    PostProblem,
    ReportZoneChanged,
    SettingProblem,
    Unfit,
    UnsafeDatabaseUser,
    UpgradeFailed,
)
# A wrong address or password never heals by waiting, unlike UNAVAILABLE.
MISDIRECTED: Final = (ClientConfigurationError, InvalidAuthorizationSpecificationError, InvalidCatalogNameError)


def sentence_of(problem: Exception) -> str | None:
    told = _sentence_of(problem)
    return " ".join(told.split()) if told else None


def _sentence_of(problem: Exception) -> str | None:
    if isinstance(problem, TOLD_BY_THEMSELVES):
        return str(problem)
    if isinstance(problem, Invalid):
        return " ".join(problems.sentence(code, facts) for _, code, facts in problem.problems)
    if isinstance(problem, Refused):
        return problems.sentence(problem.code, problem.facts)
    if isinstance(problem, ProgrammeProblem):
        return f"TEAMHOPE_PROGRAMME_FILE: {problem}."
    return _database_sentence(problem)


def _database_sentence(problem: Exception) -> str | None:
    if isinstance(problem, MISDIRECTED):
        return f"TEAMHOPE_DATABASE_URL: {problem.args[0]}."
    if isinstance(problem, asyncpg.UndefinedTableError):
        return "The database has no tables of this release: run 'teamhope db upgrade' first."
    if isinstance(problem, UNAVAILABLE):
        return f"The database cannot be reached ({type(problem).__name__}): is it running, is its address right?"
    return None
