"""Rows of the provider's reports, kept before anybody knows what they are about."""

from datetime import datetime
from uuid import UUID, uuid4

from teamhope.tables.messages import ProviderCallback


async def keep_report(
    sid: str, word: str, error_code: str | None, attempt_id: UUID | None, received_at: datetime
) -> None:
    """The first report of a word about a text; the same once more changes nothing."""
    row = ProviderCallback(
        id=uuid4(),
        provider_sid=sid,
        status=word,
        error_code=error_code,
        message=attempt_id,
        received_at=received_at,
    )
    same = (ProviderCallback.provider_sid, ProviderCallback.status)
    await ProviderCallback.insert(row).on_conflict(target=same, action="DO NOTHING")
