"""Close the network to this Python process: only loopback stays open.

Python imports ``sitecustomize`` at every start, so with this folder on PYTHONPATH the rule also holds
in each child: kernels, JupyterLab, course.py. An audit hook sits below every library that uses
Python's sockets, and cannot be taken off again.
"""

import ipaddress
import socket
import sys


class NetworkBlocked(RuntimeError):
    """Not an OSError, so that no library takes it for an ordinary network failure and goes on."""


_LOCAL_NAMES = {"", "localhost", socket.gethostname()}


def is_local(host):
    """Tell whether a host, as given to the socket module, is this machine."""
    if host is None:
        return True
    if isinstance(host, bytes):
        host = host.decode("ascii", errors="replace")
    if host in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _hook(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        # Unix sockets have a path (or bytes) for address, and an already connected socket has None
        if isinstance(address, tuple) and not is_local(address[0]):
            raise NetworkBlocked(f"network access is closed in tests: {event} {address!r}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        if not is_local(arguments[0]):
            raise NetworkBlocked(f"network access is closed in tests: {event} {arguments[0]!r}")


sys.addaudithook(_hook)
