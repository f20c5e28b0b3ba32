"""How gunicorn serves `app.py`, beside which it is started; `app.py` says how."""

import os

from prometheus_client import multiprocess

bind = "127.0.0.1:8081"
workers = 2

# Whichever service is first makes the directory. What is in it is of both: nothing of it may be removed
# while one of them runs. For the Python side to begin at 0, stop it and remove `*.db`.
os.makedirs(os.environ["PROMETHEUS_MULTIPROC_DIR"], mode=0o700, exist_ok=True)


def child_exit(server, worker):
    """What was under way in a process that is gone, is not any more."""
    multiprocess.mark_process_dead(worker.pid)
