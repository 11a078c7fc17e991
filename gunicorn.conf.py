"""How gunicorn serves Passerelle, wherever it is started from this folder.

Browsers open connections before they need them. A worker that reads from such a connection waits for
nothing, and everybody else waits with it: therefore threads, which leave idle connections aside. Two for each
worker, for the work between them is computing, which more threads only slow down.
"""

worker_class = "gthread"
threads = 2
control_socket_disable = True
