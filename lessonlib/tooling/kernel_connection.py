"""The road between the browser and the kernels, without the operating system's wait for small messages."""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter Server's own connection, on a socket that sends each message at once (TCP_NODELAY).

    One move of a slider comes back as several small messages. Nagle's algorithm holds the second one until
    the browser has acknowledged the first, and the browser's system may wait 40 ms or more to do so.
    """

    def connect(self):
        """Open the connection, as Jupyter Server does."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
