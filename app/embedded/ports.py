"""Free TCP ports on 127.0.0.1."""

import socket

LOOPBACK = "127.0.0.1"
_PORTS_TRIED = 100


def is_free(port: int) -> bool:
    """True if nobody listens on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def hold(port: int) -> socket.socket | None:
    """Hold a free port against other demos until this socket is closed; None if it is taken or another demo holds it.

    Between choosing a port and listening on it lie seconds, in which a second demo would choose the same one. The UDP
    port of that number stands for the hold: only one program can hold it, and it is gone with the program.
    """
    holder = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        holder.bind((LOOPBACK, port))
    except OSError:
        holder.close()
        return None
    if is_free(port):
        return holder
    holder.close()
    return None


def hold_next(preferred: int) -> socket.socket | None:
    """A hold on `preferred` or the next port after it that can be held."""
    ports = range(preferred, min(preferred + _PORTS_TRIED, 65536))
    return next((holder for port in ports if (holder := hold(port)) is not None), None)


def free_port() -> int:
    """Any port the kernel has free."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
