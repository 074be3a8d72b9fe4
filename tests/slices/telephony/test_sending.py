"""Handing a text to the provider, and asking for it again, when all goes well and when it does not."""

import asyncio
import logging
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, ROSA, TOKEN

from teamhope.kit import clock
from teamhope.telephony.client import LONGEST_RETRY_AFTER_SECONDS, Telephone, connect
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_state import CallbackPlan, Fault
from teamhope.telephony.outcomes import Found, NotAccepted, Outcome, Rejected, Sent, Unknown
from teamhope.telephony.service import look_up, send
from teamhope.telephony.wording import reminder
from teamhope.vocabulary.calls import MessageStatus
from teamhope.vocabulary.families import Clearance, ClearedChannel, ClearedNumber
from teamhope.vocabulary.people import StaffRecipient

TEXT = reminder("es")


async def remind(telephone: Telephone, recipient: StaffRecipient = ROSA) -> Outcome:
    return await send(telephone, recipient, TEXT, uuid4())


def taken(fake: Fake) -> int:
    return fake.state.counts().get(ROSA.phone, 0)


def asked(fake: Fake) -> int:
    return fake.state.requests[ROSA.phone]


class TestWhoAndWhat:
    @pytest.mark.parametrize(
        "recipient",
        [
            ROSA.phone,
            SimpleNamespace(phone=ROSA.phone),
            Clearance(UUID(int=2), UUID(int=3), ClearedChannel.SMS, clock.now()),
            ClearedNumber(Clearance(UUID(int=2), UUID(int=3), ClearedChannel.VOICE, clock.now()), ROSA.phone),
            None,
        ],
    )
    async def test_only_staff_and_cleared_numbers(self, telephone: Telephone, fake: Fake, recipient: object) -> None:
        with pytest.raises(TypeError):
            await send(telephone, recipient, TEXT, uuid4())  # type: ignore[arg-type]
        assert not fake.state.requests

    @pytest.mark.parametrize("body", ["", "Call Ana Ejemplo today.", TEXT + " 7:00 p. m."])
    async def test_no_other_words(self, telephone: Telephone, fake: Fake, body: str) -> None:
        with pytest.raises(ValueError, match="wording"):
            await send(telephone, ROSA, body, uuid4())
        assert not fake.state.requests

    async def test_the_token_is_in_no_repr(self, telephone: Telephone) -> None:
        assert TOKEN not in repr(telephone)

    async def test_no_number_is_logged(self, telephone: Telephone, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        await remind(telephone)
        await look_up(telephone, ROSA.phone, clock.now())
        assert ROSA.phone.lstrip("+") not in caplog.text


async def test_sent(telephone: Telephone, fake: Fake) -> None:
    outcome = await remind(telephone)
    text = fake.state.texts[0]
    assert outcome == Sent(text.sid, MessageStatus.SENT)
    assert (text.to, text.sender, text.body) == (ROSA.phone, NUMBER, TEXT)


async def test_ten_at_once_share_the_telephone(telephone: Telephone, fake: Fake) -> None:
    others = [StaffRecipient(UUID(int=n), f"+120255501{n:02}", "en") for n in range(10, 20)]
    outcomes = await asyncio.gather(*(remind(telephone, other) for other in others))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert set(fake.state.counts().values()) == {1}


class TestNotAccepted:
    async def test_too_many_requests_names_when_to_come_back(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.script(Fault.BUSY, times=2, retry_after=7)
        assert [await remind(telephone), await remind(telephone)] == [NotAccepted("throttled", 7)] * 2
        assert isinstance(await remind(telephone), Sent)
        assert (asked(fake), taken(fake)) == (3, 1)

    async def test_too_many_requests_without_a_time(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.script(Fault.BUSY)
        assert await remind(telephone) == NotAccepted("throttled", None)

    async def test_too_many_requests_with_a_date(self) -> None:
        answer = b"HTTP/1.1 429 Slow\r\nRetry-After: Sun, 14 Mar 2027 07:28:00 GMT\r\nContent-Length: 0\r\n\r\n"
        async with resetting(answer, []) as base, connect(ACCOUNT, TOKEN, NUMBER, base, PUBLIC) as telephone:
            assert await remind(telephone) == NotAccepted("throttled", None)

    async def test_an_absurd_wish_is_cut(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.script(Fault.BUSY, retry_after=10**12)
        assert await remind(telephone) == NotAccepted("throttled", LONGEST_RETRY_AFTER_SECONDS)

    async def test_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        async with connect(ACCOUNT, TOKEN, NUMBER, f"http://127.0.0.1:{port}", PUBLIC) as telephone:
            assert await remind(telephone) == NotAccepted("unreachable")

    async def test_no_such_host(self) -> None:
        async with connect(ACCOUNT, TOKEN, NUMBER, "https://provider.invalid", PUBLIC) as telephone:
            assert await remind(telephone) == NotAccepted("unreachable")

    async def test_nobody_takes_the_connection_in_time(self) -> None:
        async with full_listener() as base, connect(ACCOUNT, TOKEN, NUMBER, base, PUBLIC, 0.4) as telephone:
            assert await remind(telephone) == NotAccepted("unreachable")

    async def test_a_wrong_token_is_about_us_not_about_her(self, provider: str, fake: Fake) -> None:
        async with connect(ACCOUNT, "another-token", NUMBER, provider, PUBLIC) as telephone:
            assert await remind(telephone) == NotAccepted("account")
        assert taken(fake) == 0


class TestRejected:
    async def test_she_answered_stop(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.opted_out.add(ROSA.phone)
        assert await remind(telephone) == Rejected(21610)
        assert (asked(fake), taken(fake)) == (1, 0)

    async def test_a_number_that_is_none(self, telephone: Telephone) -> None:
        assert await remind(telephone, StaffRecipient(UUID(int=4), "555-0104", "en")) == Rejected(21211)


class TestUnknown:
    """Whatever the fault: one request, one text at most, and it can be asked for afterwards."""

    @pytest.mark.parametrize(
        ("fault", "reason"),
        [(Fault.ERROR_AFTER_ACCEPT, "http_500"), (Fault.CUT_OFF, "ClientPayloadError")],
    )
    async def test_taken_but_not_confirmed(self, telephone: Telephone, fake: Fake, fault: Fault, reason: str) -> None:
        before = clock.now()
        fake.state.script(fault)
        assert await remind(telephone) == Unknown(reason)
        assert (asked(fake), taken(fake)) == (1, 1)
        found = await look_up(telephone, ROSA.phone, before)
        assert isinstance(found, Found)
        assert found.sid == fake.state.texts[0].sid

    async def test_a_provider_that_is_down_took_nothing_but_we_cannot_know(
        self, telephone: Telephone, fake: Fake
    ) -> None:
        before = clock.now()
        fake.state.script(Fault.DOWN)
        assert await remind(telephone) == Unknown("http_503")
        assert await look_up(telephone, ROSA.phone, before) is None

    async def test_a_provider_that_hangs_is_left_in_time(self, provider: str, fake: Fake) -> None:
        before, started = clock.now(), time.monotonic()
        fake.state.script(Fault.HANG)
        async with connect(ACCOUNT, TOKEN, NUMBER, provider, PUBLIC, timeout_seconds=0.5) as hasty:
            assert await remind(hasty) == Unknown("TimeoutError")
        assert 0.4 < time.monotonic() - started < 3
        async with connect(ACCOUNT, TOKEN, NUMBER, provider, PUBLIC) as patient:
            assert isinstance(await look_up(patient, ROSA.phone, before), Found)
        assert (asked(fake), taken(fake)) == (1, 1)

    @pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{"])
    async def test_a_connection_that_is_reset(self, answer: bytes) -> None:
        connections: list[bytes] = []
        async with resetting(answer, connections) as base, connect(ACCOUNT, TOKEN, NUMBER, base, PUBLIC) as telephone:
            assert isinstance(await remind(telephone), Unknown)
        assert len(connections) == 1

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html>", b'{"sid": null}'])
    async def test_an_answer_that_is_none(self, body: bytes) -> None:
        answer = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        async with resetting(answer, []) as base, connect(ACCOUNT, TOKEN, NUMBER, base, PUBLIC) as telephone:
            assert isinstance(await remind(telephone), Unknown)

    async def test_a_redirect_is_not_followed(self) -> None:
        connections: list[bytes] = []
        answer = b"HTTP/1.1 307 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
        async with resetting(answer, connections) as base, connect(ACCOUNT, TOKEN, NUMBER, base, PUBLIC) as telephone:
            assert await remind(telephone) == Unknown("http_307")
        assert len(connections) == 1


class TestLookUp:
    async def test_nothing_there(self, telephone: Telephone) -> None:
        assert await look_up(telephone, ROSA.phone, clock.now()) is None

    async def test_a_text_to_somebody_else_is_not_hers(self, telephone: Telephone) -> None:
        await remind(telephone, StaffRecipient(UUID(int=5), "+12025550105", "en"))
        assert await look_up(telephone, ROSA.phone, clock.now()) is None

    async def test_a_text_of_another_number_is_not_ours(self, telephone: Telephone, provider: str) -> None:
        async with connect(ACCOUNT, TOKEN, "+12025550199", provider, PUBLIC) as other:
            await remind(other)
        assert await look_up(telephone, ROSA.phone, clock.now()) is None

    async def test_yesterdays_text_is_not_todays(self, telephone: Telephone, fake: Fake) -> None:
        await remind(telephone)
        fake.state.texts[0].created_at -= timedelta(days=1)
        assert await look_up(telephone, ROSA.phone, clock.now()) is None

    async def test_a_text_that_is_still_queued_is_found(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.plan = CallbackPlan(pause_seconds=5)
        await remind(telephone)
        assert fake.state.texts[0].sent_at is None
        assert await look_up(telephone, ROSA.phone, clock.now()) == Found(fake.state.texts[0].sid, MessageStatus.SENT)

    async def test_what_became_of_it_comes_along(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.unreachable.add(ROSA.phone)
        await remind(telephone)
        await fake.state.quiet()
        assert await look_up(telephone, ROSA.phone, clock.now()) == Found(fake.state.texts[0].sid, MessageStatus.FAILED)

    async def test_a_provider_that_cannot_be_asked(self, provider: str) -> None:
        async with connect(ACCOUNT, "another-token", NUMBER, provider, PUBLIC) as telephone:
            assert isinstance(await look_up(telephone, ROSA.phone, clock.now()), Unknown)


@asynccontextmanager
async def resetting(answer: bytes, connections: list[bytes]) -> AsyncIterator[str]:
    """A host that reads a request, answers, and resets the connection (linger of 0 seconds)."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def full_listener() -> AsyncIterator[str]:
    """A host whose queue of connections is full, so that a further one is never made."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{address[1]}"
        for one in waiting:
            one.close()
