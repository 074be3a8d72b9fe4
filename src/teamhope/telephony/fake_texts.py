"""A text that the fake provider took."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final

PROGRESS: Final = ("queued", "sent", "delivered")
PROGRESS_OF_UNREACHABLE: Final = ("queued", "sent", "undelivered")
ORDER: Final = ("queued", "sent", "undelivered", "delivered")
UNREACHABLE_HANDSET: Final = 30003  # Twilio's error code


@dataclass(slots=True)
class Text:
    """One text that was taken."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str
    created_at: datetime
    status: str = "queued"
    sent_at: datetime | None = None

    def move_to(self, status: str, now: datetime) -> None:
        """Forward only; `sent_at` stays empty while the text is queued, as with the real provider."""
        self.status = max(self.status, status, key=ORDER.index)
        if self.status != "queued" and self.sent_at is None:
            self.sent_at = now

    @property
    def error_code(self) -> int | None:
        return UNREACHABLE_HANDSET if self.status == "undelivered" else None

    def as_json(self, account_sid: str) -> dict[str, object]:
        """The fields of a Message resource that clients read."""
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "status": self.status,
            "direction": "outbound-api",
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.sent_at or self.created_at),
            "date_sent": self.sent_at and format_datetime(self.sent_at),
            "error_code": self.error_code,
            "error_message": None,
            "num_segments": "1",
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}.json",
        }
