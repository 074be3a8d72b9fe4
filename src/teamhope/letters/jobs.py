"""The worker's pass over letters: it may be repeated, run beside itself, and be killed anywhere."""

import asyncio
from datetime import datetime
from random import SystemRandom

import structlog

from teamhope.letters import rules, service
from teamhope.letters.post import Mail, Post
from teamhope.letters.rules import Answer, DueLetter, Unreached
from teamhope.letters.wording import words

log = structlog.get_logger()
chance = SystemRandom()


async def send_due(post: Post | None, now: datetime) -> datetime | None:
    """One pass over a batch of due letters, beside each other; when the next is due, maybe in the past.

    A letter may go twice after a crash between sending and recording, and that does no harm: its link works once. None
    is lost: what was claimed and not recorded comes due again when its lease ends. Without a post office letters wait,
    and fail when their time is over. Raises what the first of the letters met, when all are through.
    """
    await service.give_up_late(now)
    if post is None:
        return None
    letters = await service.claim_due(now)
    for result in await asyncio.gather(*(_send(post, letter, now) for letter in letters), return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
    return await service.next_due_at()


async def _send(post: Post, letter: DueLetter, now: datetime) -> None:
    answer = rules.bar(letter) or await _hand_over(post, letter)
    if not isinstance(answer, rules.Taken):
        log.warning("letter_not_sent", state=answer.code, attempts=letter.attempts)
    await service.record(letter, rules.after(letter, answer, now, chance.random()), now)


async def _hand_over(post: Post, letter: DueLetter) -> Answer:
    """Shorter than the lease, however patient the post office is."""
    subject, text = words(letter.kind, letter.language, letter.link)
    mail = Mail(letter.id, letter.email or "", subject, text, letter.language)
    try:
        async with asyncio.timeout(rules.SEND_WITHIN.total_seconds()):
            return await post.deliver(mail)
    except TimeoutError:
        return Unreached("timeout")
