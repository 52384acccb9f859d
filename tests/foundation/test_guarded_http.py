"""A request to an address somebody else chose goes to a checked address, or is not sent."""

import _socket
import asyncio
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import pytest

from foundation.guarded_http import AddressRefused, NoAnswer, post
from foundation.public_addresses import may_be_called

OPEN = [ip_network("127.0.0.1/32")]
ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


class Place:
    """Listens at an address and counts who came."""

    def __init__(self, host: str) -> None:
        self.host, self.port, self.came = host, 0, 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    async def listening(self, port: int = 0) -> asyncio.Server:
        """Open it."""
        server = await asyncio.start_server(self._serve, self.host, port)
        self.port = server.sockets[0].getsockname()[1]
        return server


@pytest.fixture
async def places() -> AsyncIterator[tuple[Place, Place]]:
    """One that may be called and one that may not, on one port."""
    outside, inside = Place("127.0.0.1"), Place("127.0.0.2")
    async with await outside.listening(), await inside.listening(outside.port):
        yield outside, inside


async def _spelled(host: str, port: int) -> list[tuple[Any, ...]]:
    """The system's own reading of a spelling; the tests' guard of the network knows only plain addresses."""
    found: list[tuple[Any, ...]] = _socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return found


class Names:
    """A name server whose answers change from one question to the next."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str, port: int) -> list[tuple[Any, ...]]:
        addresses = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


async def test_a_name_is_asked_once_and_the_connection_goes_to_what_it_said(places: tuple[Place, Place]):
    outside, inside = places
    rebinding = Names(["127.0.0.1"], ["127.0.0.2"])
    url = f"http://dms.example.cn:{outside.port}/"
    assert (await post(url, b"{}", {}, allowed=OPEN, look_up=rebinding)).status == 204
    assert (rebinding.asked, outside.came, inside.came) == (1, 1, 0)
    with pytest.raises(AddressRefused):
        await post(url, b"{}", {}, allowed=OPEN, look_up=rebinding)
    assert (rebinding.asked, inside.came) == (2, 0)


async def test_one_address_inside_refuses_the_whole_name(places: tuple[Place, Place]):
    outside, inside = places
    with pytest.raises(AddressRefused):
        await post(f"http://x.cn:{outside.port}/", b"", {}, allowed=OPEN, look_up=Names(["127.0.0.1", "127.0.0.2"]))
    assert (outside.came, inside.came) == (0, 0)


@pytest.mark.parametrize("host", ["127.0.0.2", "2130706434", "0x7f000002", "0177.0.0.2", "127.2", "[::ffff:127.0.0.2]"])
async def test_no_spelling_of_an_address_inside_passes(places: tuple[Place, Place], host: str):
    _, inside = places
    with pytest.raises((AddressRefused, NoAnswer)):
        await post(f"http://{host}:{inside.port}/", b"", {}, allowed=OPEN, look_up=_spelled)
    assert inside.came == 0


async def test_nobody_there_is_no_answer():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NoAnswer, match="unreachable"):
            await post(f"http://127.0.0.1:{taken.getsockname()[1]}/", b"", {}, allowed=OPEN)


async def test_whoever_says_nothing_is_left():
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NoAnswer, match="timeout"):
            await post(f"http://127.0.0.1:{port}/", b"", {}, allowed=OPEN, seconds=0.2)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "0.0.0.0", "169.254.169.254", "100.100.100.200",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "fec0::1", "dms.example.cn", "2130706433", "",
    ],
)  # fmt: skip
def test_what_is_not_public_may_not_be_called(address: str):
    assert not may_be_called(address)


@pytest.mark.parametrize("address", ["114.114.114.114", "223.5.5.5", "2400:3200::1", "64:ff9b::7272:7272"])
def test_the_public_internet_may_be_called(address: str):
    assert may_be_called(address)


def test_an_operator_opens_a_network_but_never_the_wires_own():
    lan = [ip_network("10.3.0.0/24"), ip_network("169.254.0.0/16")]
    assert may_be_called("10.3.0.7", lan)
    assert may_be_called("::ffff:10.3.0.7", lan)
    assert not may_be_called("10.4.0.7", lan)
    assert not may_be_called("169.254.169.254", lan)
