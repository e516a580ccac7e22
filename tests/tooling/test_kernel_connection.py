"""The connection that `course.py lab` asks Jupyter Server for."""

from unittest.mock import Mock

from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from lessonlib.tooling.kernel_connection import PromptConnection
from lessonlib.tooling.lab import lab_command


def test_the_socket_sends_at_once_before_anything_else(monkeypatch):
    handler = Mock(spec=KernelWebsocketHandler)
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: list(handler.method_calls))
    before = PromptConnection(websocket_handler=handler).connect()
    assert [(name, args) for name, args, _ in before] == [("set_nodelay", (True,))]


def test_the_server_is_asked_for_it(tmp_path):
    (option,) = [word for word in lab_command(tmp_path) if "websocket_connection_class" in word]
    app = ServerApp()
    app.parse_command_line([option])
    assert app.kernel_websocket_connection_class is PromptConnection
