"""Nothing reaches the network: not the tests, not their children, not the kernels of the lessons.

The addresses are reserved for documentation (RFC 5737 and RFC 3849): even without the block nothing is there.
"""

import asyncio
import os
import socket
import subprocess
import sys

import nbformat
import pytest

from lessonlib.tooling.console import kernel_environment
from lessonlib.tooling.execute import execute
from lessonlib.tooling.stages import offline

NOWHERE = "192.0.2.1"


def attempt(address):
    with socket.create_connection((address, 80), timeout=2):
        pass


@pytest.mark.parametrize("address", [NOWHERE, "example.invalid"])
def test_a_test_cannot_leave_this_machine(address):
    with pytest.raises(RuntimeError, match="network access is closed"):
        attempt(address)


def test_datagrams_and_ipv6_neither():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        with pytest.raises(RuntimeError, match="network access is closed"):
            sender.sendto(b"x", (NOWHERE, 9))
    if socket.has_ipv6:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as client:
            with pytest.raises(RuntimeError, match="network access is closed"):
                client.connect(("2001:db8::1", 80))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_stays_open(host):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection((host, server.getsockname()[1]), timeout=5):
            pass


def test_a_child_process_is_closed_too():
    script = f"import socket; socket.create_connection(('{NOWHERE}', 80), timeout=2)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=dict(os.environ)
    )
    assert "NetworkBlocked: network access is closed" in done.stderr


def test_a_kernel_is_closed_and_still_talks_to_us(tmp_path):
    source = (
        "import socket\n"
        "try:\n"
        f"    socket.create_connection(('{NOWHERE}', 80), timeout=2)\n"
        "except RuntimeError as error:\n"
        "    print(type(error).__name__)\n"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    asyncio.run(execute(notebook, tmp_path, env=offline(kernel_environment())))
    assert notebook.cells[0].outputs[0].text == "NetworkBlocked\n"
