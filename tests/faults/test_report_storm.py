"""The provider's reports over the real server: thousands at once, tripled and shuffled, and thousands of forgeries."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests import world
from tests.faults.kill_kit import PATIENCE, supervised
from tests.faults.kill_rounds import free_port, web_on
from tests.slices.messages.kit import NOW, fetch
from tests.slices.messages.test_reports import signature
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN

from teamhope.calls import service_dial
from teamhope.followups.jobs import apply_callbacks
from teamhope.kit.embedded_roles import Addresses
from teamhope.telephony.replies import REPLY_PATH
from teamhope.telephony.service import callback_path
from teamhope.telephony.voice import voice_status_url

pytestmark = pytest.mark.timeout(90)
COPIES, AT_ONCE = 3, 10


@dataclass(frozen=True)
class Hook:
    """Where reports of one kind come to. `ends`: by the status in which a row ends, the three words reported of it."""

    address: Callable[[UUID], str]
    fields: tuple[str, str]  # of the sid and of the word
    ends: Mapping[str, tuple[str, ...]]
    make: Callable[[int], Awaitable[list[tuple[UUID, str]]]]  # rows that the provider has: ids and sids
    apply: Callable[[], Awaitable[None]]
    standing: str  # id and status of the rows $1


async def sent_texts(count: int) -> list[tuple[UUID, str]]:
    """Of one volunteer and many days."""
    who = await world.volunteer()
    texts = [(uuid4(), f"SM{uuid4().hex}") for _ in range(count)]
    await fetch(
        "insert into message (id, person, kind, local_date, due_at, status, provider_sid, created_at) "
        "select id, $1, 'daily_reminder', date '2020-01-01' + n::int, $4, 'sent', sid, $4 "
        "from unnest($2::uuid[], $3::text[]) with ordinality as t (id, sid, n)",
        who.person_id, [id_ for id_, _ in texts], [sid for _, sid in texts], NOW,
    )  # fmt: skip
    return texts


async def apply_texts() -> None:
    await asyncio.gather(apply_callbacks(NOW), apply_callbacks(NOW))


TEXTS = Hook(
    address=callback_path,
    fields=("MessageSid", "MessageStatus"),
    ends={
        "delivered": ("queued", "sent", "delivered"),
        "failed": ("queued", "sent", "undelivered"),
        "sent": ("queued", "sent", "a-word-of-next-year"),
    },
    make=sent_texts,
    apply=apply_texts,
    standing="select id, status from message where id = any($1)",
)


async def ringing_telephones(count: int) -> list[tuple[UUID, str]]:
    """Each in a call of its own."""
    legs = [(uuid4(), f"CA{uuid4().hex}") for _ in range(count)]
    ids, sids = [id_ for id_, _ in legs], [sid for _, sid in legs]
    await fetch(
        "insert into phone_call (id, kind, created_at) select id, 'from_family', $2 from unnest($1::uuid[]) as t (id)",
        ids, NOW,
    )  # fmt: skip
    await fetch(
        "insert into phone_leg (id, phone_call, party, status, provider_sid, due_at, created_at) "
        "select id, id, 'advocate', 'ringing', sid, $3, $3 from unnest($1::uuid[], $2::text[]) as t (id, sid)",
        ids, sids, NOW,
    )  # fmt: skip
    return legs


async def apply_calls() -> None:
    async def apply() -> None:
        while await service_dial.apply_reports(NOW) == service_dial.REPORTS_AT_ONCE:
            pass

    await asyncio.gather(apply(), apply())


CALLS = Hook(
    address=lambda leg_id: voice_status_url("", leg_id),
    fields=("CallSid", "CallStatus"),
    ends={
        "completed": ("ringing", "in-progress", "completed"),
        "busy": ("initiated", "ringing", "busy"),
        "no_answer": ("initiated", "ringing", "no-answer"),
        "answered": ("ringing", "answered", "a-word-of-next-year"),
    },
    make=ringing_telephones,
    apply=apply_calls,
    standing="select id, status from phone_leg where id = any($1)",
)
HOOKS = {"sms-status": TEXTS, "voice-status": CALLS}


@pytest.fixture(scope="module")
async def web(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    """`teamhope serve`, in a process of its own."""
    telephone = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_number": NUMBER}
    port = free_port()
    limits = httpx.Limits(max_connections=AT_ONCE, keepalive_expiry=2)  # the server waits five seconds
    async with (
        supervised(web_on(port, db.application, public_url=PUBLIC, **telephone)),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=30) as client,
    ):
        async with asyncio.timeout(PATIENCE):
            while not await _serves(client):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.1)
        yield client


async def _serves(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/livez")).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def chance() -> Random:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    return Random(seed)


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
@pytest.mark.parametrize("rows", [100, pytest.param(3334, marks=[pytest.mark.campaign, pytest.mark.timeout(3600)])])
async def test_a_storm(web: httpx.AsyncClient, chance: Random, hook: Hook, rows: int) -> None:
    """Three reports of each row, each three times, and all in any order."""
    ends = {row: chance.choice(sorted(hook.ends)) for row in await hook.make(rows)}
    sent = [(row, word) for row, end in ends.items() for word in hook.ends[end]] * COPIES
    chance.shuffle(sent)
    seconds = sorted(await _post_all(web, hook, sent))
    await hook.apply()
    p99 = seconds[len(seconds) * 99 // 100]
    print(f"{len(sent)} reports, {COPIES} of a kind: p99 of the answer {p99:.3f} s, longest {seconds[-1]:.3f} s")
    standing = await fetch(hook.standing, [id_ for id_, _ in ends])
    assert {row["id"]: row["status"] for row in standing} == {id_: end for (id_, _), end in ends.items()}
    assert rows < 1000 or p99 <= 1


async def _post_all(web: httpx.AsyncClient, hook: Hook, sent: list[tuple[tuple[UUID, str], str]]) -> list[float]:
    """AT_ONCE at a time; how many seconds each waited for its answer."""
    left, seconds = iter(sent), list[float]()

    async def post() -> None:
        for row, word in left:
            form = dict(zip(hook.fields, (row[1], word), strict=True))
            address = hook.address(row[0])
            signed = {"X-Twilio-Signature": signature(form, address)}
            started = time.perf_counter()
            answer = await web.post(address, data=form, headers=signed)
            seconds.append(time.perf_counter() - started)
            assert answer.status_code == 204

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(post())
    return seconds


# Forged ---------------------------------------------------------------------------------------------------------------

Sending = dict[str, Any]
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Genuine:
    """A report as the provider would send it; whoever forges one starts here."""

    hook: Hook
    address: str
    form: dict[str, str]
    chance: Random

    @property
    def right(self) -> str:
        return signature(self.form, self.address)

    def sent(self, signed: str | bytes | None = None, **other: Any) -> Sending:
        headers = {} if signed is None else {"X-Twilio-Signature": signed}
        return {"url": self.address, "data": self.form, "headers": headers} | other

    def changed(self) -> dict[str, str]:
        """One field more, less or longer."""
        form, name = dict(self.form), self.chance.choice(sorted(self.form))
        match self.chance.randrange(3):
            case 0:
                form[name] += self.chance.choice("x \0é\U0001f600")
            case 1:
                del form[name]
            case _:
                form["Extra"] = "x" * self.chance.choice([1, 100, 5000])
        return form

    def body(self, content: bytes, kind: str) -> Sending:
        return {"url": self.address, "content": content,
                "headers": {"X-Twilio-Signature": self.right, "Content-Type": kind}}  # fmt: skip


def one_letter_wrong(it: Genuine) -> bytes:
    given, where = bytearray(it.right.encode()), it.chance.randrange(len(it.right) - 2)
    given[where] = it.chance.choice([byte for byte in b"+/0123456789ABCabc" if byte != given[where]])
    return bytes(given)


FORGERIES: dict[str, Callable[[Genuine], Sending]] = {
    "no signature": lambda it: it.sent(),
    "empty": lambda it: it.sent(""),
    "one letter wrong": lambda it: it.sent(one_letter_wrong(it)),
    "not ASCII": lambda it: it.sent(bytes(it.chance.choices(range(0xA1, 0x100), k=it.chance.randrange(1, 60)))),
    "10,000 characters": lambda it: it.sent("x" * 10_000),
    "another token": lambda it: it.sent(signature(it.form, it.address, token=secrets.token_hex())),
    "another host": lambda it: it.sent(signature(it.form, it.address, public="https://evil.example")),
    "another scheme": lambda it: it.sent(signature(it.form, it.address, public=PUBLIC.replace("https", "http"))),
    "for the host it names": lambda it: it.sent(
        headers={
            "X-Twilio-Signature": signature(it.form, it.address, public="https://evil.example"),
            "Host": "evil.example",
        }
    ),
    "replayed for another row": lambda it: it.sent(it.right, url=it.hook.address(uuid4())),
    "replayed on another path": lambda it: it.sent(it.right, url=REPLY_PATH),
    "another query": lambda it: it.sent(it.right, url=it.address + it.chance.choice(["&", "&a=b", "%00", "%ff", "é"])),
    "another form": lambda it: it.sent(it.right, data=it.changed()),
    "too large": lambda it: it.sent(it.right, data={"a": "x" * it.chance.choice([20_000, 1_100_000])}),
    "5,000 fields": lambda it: it.body(b"&".join([b"a=1"] * 5000), FORM),
    "not text": lambda it: it.body(it.chance.randbytes(it.chance.randrange(3000)), FORM),
    "JSON": lambda it: it.body(b"[" * it.chance.randrange(15_000), "application/json"),
    "parts": lambda it: it.body(b"--x\r\n\r\n", "multipart/form-data" + it.chance.choice(["", "; boundary=x"])),
    "odd alphabet": lambda it: it.body(b"a=1", FORM + "; charset=nonsense"),
    "nothing": lambda it: it.body(b"", FORM),
}  # fmt: skip


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
@pytest.mark.parametrize("count", [100, pytest.param(2_000, marks=[pytest.mark.campaign, pytest.mark.timeout(600)])])
async def test_forgeries(web: httpx.AsyncClient, chance: Random, hook: Hook, count: int) -> None:
    [(id_, sid)] = await hook.make(1)
    word = hook.ends[min(hook.ends)][-1]
    form = dict(zip(hook.fields, (sid, word), strict=True)) | {"To": "+12025550100"}
    it = Genuine(hook, hook.address(id_), form, chance)
    before = await everything(hook, id_)
    met = Counter[int]()
    for forge in islice(cycle(FORGERIES.values()), count):
        met[await _status(web, forge(it))] += 1
    print(f"{count} forged: {dict(met)}")
    assert set(met) <= {403, 413}
    assert await everything(hook, id_) == before
    assert await _status(web, it.sent(it.right)) == 204, "what they were made of was right"


async def everything(hook: Hook, id_: UUID) -> list[Any]:
    kept = await fetch("select md5(string_agg(c::text, ' ' order by id)) from provider_callback c")
    return [*kept, *await fetch(hook.standing, [id_])]


async def _status(web: httpx.AsyncClient, sending: Sending) -> int:
    """Whoever sends more than is read may find the line closed before the answer."""
    try:
        return (await web.post(**sending)).status_code
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        assert len(str(sending.get("data"))) > 1_000_000
        return 413
