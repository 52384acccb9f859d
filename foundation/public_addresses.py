"""Which addresses a request to a foreign host may go to. Pure.

If others may choose the address of a request, they could use us to reach what only we can reach: the database beside
us, the cloud's metadata, a router. So the address must be public, or in a network that the operator has opened.
"""

import ipaddress
from collections.abc import Sequence
from typing import Final, TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
"""IPv4 in the last 32 bits, an old spelling some systems still route."""
_GLOBAL_6: Final = ipaddress.IPv6Network("2000::/3")


def may_be_called(text: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether a connection to this numeric address may be made. Text that is no address may not be called."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_open(one, allowed) for one in meant(address))


def meant(address: Address) -> list[Address]:
    """The address and every IPv4 address embedded in it, since a packet may be delivered to any of them."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    found: list[Address] = [address]
    if address.sixtofour is not None:
        found.append(address.sixtofour)
    if address.teredo is not None:
        found += address.teredo
    if address in _NAT64 or address in _COMPATIBLE:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return found


def _is_open(address: Address, allowed: Sequence[Network]) -> bool:
    # Link-local addresses (neighbours, the cloud's metadata) are never a webhook, even if an operator opened them.
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if any(address in network for network in allowed if network.version == address.version):
        return True
    if address in _NAT64:
        return True  # The embedded IPv4 address decides.
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_6:
        return False
    return address.is_global and not address.is_reserved
