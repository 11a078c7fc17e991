"""How gunicorn serves Passerelle, wherever it is started from this folder.

Browsers open connections before they need them. A worker that reads from one waits for nothing, and
everybody else waits with it: the system hands a connection over only once something was sent, and
one that stays silent for longer is put aside after seconds. Two threads for each worker, for the work
between them is computing, which more threads only slow down.
"""

import socket
from typing import Any

worker_class = "gthread"
threads = 2
control_socket_disable = True
SILENT_SECONDS = 30
"""So long the system keeps a connection on which nothing was sent to itself."""


def when_ready(server: Any) -> None:
    """Listen for requests, not for connections, where the system knows the difference (Linux)."""
    option = getattr(socket, "TCP_DEFER_ACCEPT", None)
    if option is None:
        return
    for listener in server.LISTENERS:
        if listener.sock.family in (socket.AF_INET, socket.AF_INET6):
            listener.sock.setsockopt(socket.IPPROTO_TCP, option, SILENT_SECONDS)
