"""Where calls of the fake provider meet: a conference, or the bridge between a call and the number it dials."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from teamhope.telephony.fake_legs import API_VERSION, Leg, Outbox

ON_STAR: Final = "star"
ENDED: Final = "ended"
REMOVED: Final = "removed"
PARTICIPANT_STATUS: Final = {"queued": "queued", "ringing": "ringing", "in-progress": "connected"}


@dataclass(slots=True, eq=False)
class Place:
    """One call's place; `entered` is False while its telephone still rings. `left` are seconds until she leaves."""

    leg: Leg
    room: "Room"
    starts: bool = True
    ends: bool = False
    star: bool = False
    muted: bool = False
    hold: bool = False
    label: str = ""
    time_limit: int = 10**9  # seconds
    entered: bool = False
    left: int | None = None

    def as_json(self, account_sid: str) -> dict[str, object]:
        """The fields of a Participant resource that clients read."""
        return {
            "account_sid": account_sid,
            "call_sid": self.leg.sid,
            "conference_sid": self.room.sid,
            "label": self.label or None,
            "muted": self.muted,
            "hold": self.hold,
            "coaching": False,
            "call_sid_to_coach": None,
            "start_conference_on_enter": self.starts,
            "end_conference_on_exit": self.ends,
            "status": PARTICIPANT_STATUS.get(self.leg.status, "complete"),
            "date_created": format_datetime(self.leg.created_at),
            "date_updated": format_datetime(self.leg.created_at),
            "uri": f"/{API_VERSION}/Accounts/{account_sid}/Conferences/{self.room.sid}"
            f"/Participants/{self.leg.sid}.json",
        }


@dataclass(slots=True, eq=False)
class Room:
    """`places` by call, in order of arrival. A bridge has no name and is in no list."""

    sid: str
    name: str
    created_at: datetime
    callback: str = ""
    events: frozenset[str] = frozenset()
    status: str = "init"
    started: bool = False
    places: dict[str, Place] = field(default_factory=dict)
    reason: str | None = None
    ended_by: str | None = None
    reported: int = 0
    outbox: Outbox = field(default_factory=Outbox)

    @property
    def present(self) -> list[Place]:
        return [place for place in self.places.values() if place.entered]

    @property
    def is_over(self) -> bool:
        return self.status == "completed"

    def may_start(self) -> bool:
        return self.status == "init" and len(self.present) > 1 and any(place.starts for place in self.present)

    def as_json(self, account_sid: str) -> dict[str, object]:
        """The fields of a Conference resource that clients read."""
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "friendly_name": self.name,
            "status": self.status,
            "region": "us1",
            "reason_conference_ended": self.reason,
            "call_sid_ending_conference": self.ended_by,
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.created_at),
            "api_version": API_VERSION,
            "uri": f"/{API_VERSION}/Accounts/{account_sid}/Conferences/{self.sid}.json",
        }
