"""What each published figure is called and how it is counted; the definitions page says this and nothing else."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from teamhope.kit.i18n import N_


class FigureId(StrEnum):
    A1 = "A1"
    A2 = "A2"
    A2I = "A2i"
    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    A7 = "A7"
    B1 = "B1"
    B5 = "B5"
    C1 = "C1"
    D3 = "D3"
    D3_IN_TIME = "D3i"
    E0 = "E0"
    E1 = "E1"
    E3 = "E3"
    F1 = "F1"
    F3 = "F3"
    F3_MOST = "F3m"
    F3_GINI = "F3g"
    G1 = "G1"
    G2 = "G2"
    G5 = "G5"
    J1 = "J1"
    K1 = "K1"


class Unit(StrEnum):
    CALLS = "calls"
    SHARE = "share"  # 0 to 1
    FAMILIES = "families"
    HOURS = "hours"
    VOLUNTEERS = "volunteers"
    MATCHES = "matches"
    MEMBERS = "members"
    INDEX = "index"  # 0 to 1, and no share


@dataclass(frozen=True, slots=True)
class Definition:
    """`name` and `how_counted` are English and marked; `version` rises when the same calls would count otherwise."""

    id: FigureId
    name: str
    how_counted: str
    unit: Unit
    version: int = 1


# In the order of a report. Source: domain.md §5.
DEFINITIONS: Final = (
    Definition(
        FigureId.A1,
        N_("Calls made"),
        N_(
            "Every call by voice that a volunteer made to a family, whether or not anyone answered. "
            "Calls that failed for technical reasons are not counted."
        ),
        Unit.CALLS,
    ),
    Definition(
        FigureId.A2,
        N_("Conversations"),
        N_("Calls made in which the volunteer and the family talked. They are part of the calls made."),
        Unit.CALLS,
    ),
    Definition(
        FigureId.A2I,
        N_("Conversations when the family called"),
        N_("Calls from families that a volunteer answered. They are not part of the calls made."),
        Unit.CALLS,
    ),
    Definition(
        FigureId.A3,
        N_("Voicemails left"),
        N_("Calls made that ended with the message the family had agreed to."),
        Unit.CALLS,
    ),
    Definition(
        FigureId.A4,
        N_("Connected calls"),
        N_("Calls, made or received, in which a person answered, even when nobody had time to talk."),
        Unit.CALLS,
    ),
    Definition(
        FigureId.A5,
        N_("Reach rate"),
        N_("Conversations divided by calls made."),
        Unit.SHARE,
    ),
    Definition(
        FigureId.A7,
        N_("Total peer contacts"),
        N_("Calls made, plus conversations when the family called."),
        Unit.CALLS,
    ),
    Definition(
        FigureId.B1,
        N_("Families served"),
        N_(
            "Families who had at least one conversation, no matter who called. "
            "Each family is counted once in the year, and once in each month: the months do not add up to the year."
        ),
        Unit.FAMILIES,
    ),
    Definition(
        FigureId.B5,
        N_("Families given mental-health support"),
        N_(
            "Families to whom an advocate gave mental-health support or crisis intervention at least once. "
            "Each family is counted once."
        ),
        Unit.FAMILIES,
    ),
    Definition(
        FigureId.C1,
        N_("Hours of support"),
        N_("Time spent in conversations, no matter who called. At most six hours of one call are counted."),
        Unit.HOURS,
    ),
    Definition(
        FigureId.D3,
        N_("Time to match (median hours)"),
        N_(
            "From when a family's request was ready to a volunteer's yes: half of the matches took less. "
            "A family that needed another volunteer has waited since the match before ended. "
            "A match counts in the year of the yes. Matches that ended because a family was entered twice are not "
            "counted, here or in the other figures of matching."
        ),
        Unit.HOURS,
    ),
    Definition(
        FigureId.D3_IN_TIME,
        N_("Matched within 48 hours"),
        N_("Matches for which the family waited 48 hours at most, divided by all matches."),
        Unit.SHARE,
    ),
    Definition(
        FigureId.E0,
        N_("Promises kept"),
        N_(
            "Promised calls for which somebody called inside the two hours promised, whether or not anyone answered, "
            "divided by all that were due. Another time that the family asked for takes the place of the first; one "
            "that the volunteer asked for does not. A next try is no new promise, and while calls wait none is due."
        ),
        Unit.SHARE,
    ),
    Definition(
        FigureId.E1,
        N_("Follow-ups on time"),
        N_(
            "Promised calls that led to a conversation within three days of the time promised, no matter who called, "
            "divided by all that were due and that the family did not move."
        ),
        Unit.SHARE,
    ),
    Definition(
        FigureId.E3,
        N_("Promises missed"),
        N_("Promised calls that nobody made within 24 hours, divided by all that were due."),
        Unit.SHARE,
    ),
    Definition(
        FigureId.F1,
        N_("Volunteers who called"),
        N_("Volunteers who made at least one call to a family."),
        Unit.VOLUNTEERS,
    ),
    Definition(
        FigureId.F3,
        N_("Conversations per volunteer (median)"),
        N_("Half of the volunteers who called had fewer conversations than this. Only calls they made are counted."),
        Unit.CALLS,
    ),
    Definition(
        FigureId.F3_MOST,
        N_("Most conversations of one volunteer"),
        N_("Conversations of the volunteer who had the most. Only calls she made are counted."),
        Unit.CALLS,
    ),
    Definition(
        FigureId.F3_GINI,
        N_("Uneven load (Gini coefficient)"),
        N_(
            "How unevenly conversations are spread over the volunteers who called: "
            "0 if all had as many, close to 1 if one had nearly all."
        ),
        Unit.INDEX,
    ),
    Definition(
        FigureId.G1,
        N_("Match acceptance"),
        N_(
            "Offers that the volunteer accepted, divided by all offers made in the year. "
            "An offer that was taken back or has no answer was not accepted."
        ),
        Unit.SHARE,
    ),
    Definition(
        FigureId.G2,
        N_("Re-match rate"),
        N_("Matches of a request that had had another volunteer before, divided by all matches."),
        Unit.SHARE,
    ),
    Definition(
        FigureId.G5,
        N_("Experience concordance"),
        N_(
            "Matches in which the volunteer had lived through the same kind of experience as the family, "
            "divided by all matches."
        ),
        Unit.SHARE,
    ),
    Definition(
        FigureId.J1,
        N_("Log completeness"),
        N_(
            "Calls that the program's number placed to families, by the telephone company's list, "
            "that were logged within a day of their end, divided by all of them. "
            "Calls from a volunteer's own telephone are in no such list."
        ),
        Unit.SHARE,
    ),
    Definition(
        FigureId.K1,
        N_("FAON members"),
        N_(
            "Members of the Family Advocacy Outreach Network in good standing on the last day of the year, "
            "or on the day of the report if the year is not over."
        ),
        Unit.MEMBERS,
    ),
)

DEFINITION_OF: Final = {definition.id: definition for definition in DEFINITIONS}
