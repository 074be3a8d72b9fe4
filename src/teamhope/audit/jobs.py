"""What the worker does for the audit."""

from datetime import datetime

from teamhope.audit import service_chain


async def seal(now: datetime) -> None:
    """One pass. Repeating it, or running two at once, seals no row twice."""
    await service_chain.seal_waiting(now)
