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


def free_port(preferred: int | None = None) -> int:
    """`preferred` or the next free port after it; without one, any port the kernel has free."""
    if preferred is not None:
        for port in range(preferred, min(preferred + _PORTS_TRIED, 65536)):
            if is_free(port):
                return port
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port_found: int = probe.getsockname()[1]
        return port_found
