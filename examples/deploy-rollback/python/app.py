"""What has not moved to Rust yet: `/deploy` and `/rollback` have, `/status` and `/health` are still here.

Both services count in one directory, so that whoever is asked for metrics answers for both, and a
handler keeps its total when it moves:

    export PROMETHEUS_MULTIPROC_DIR=/run/deploy-rollback/metrics
    deploy-rollback --root /srv/deploy --counter-name request_processing_counter_total &
    cd examples/deploy-rollback/python && pip install flask gunicorn prometheus_client
    DEPLOY_ROOT=/srv/deploy gunicorn app:app
    curl http://127.0.0.1:8080/metrics

The client ends the name of every counter with `_total`: hence the name for the other one.
"""

import os
from functools import wraps
from pathlib import Path

from flask import Flask, jsonify
from prometheus_client import Counter, Gauge, Histogram

CALLS = Counter("request_processing_counter", "接口调用计数器", ["interface"])
SECONDS = Histogram("status_seconds", "Time that an answer took.", ["interface"])
UNDER_WAY = Gauge("status_in_flight", "Calls under way.", multiprocess_mode="livesum")

app = Flask(__name__)
root = Path(os.environ.get("DEPLOY_ROOT", "/srv/deploy"))


def counted(interface):
    """Counts the calls of a handler, and measures them."""

    def around(handler):
        @wraps(handler)
        def call():
            CALLS.labels(interface).inc()
            with UNDER_WAY.track_inprogress(), SECONDS.labels(interface).time():
                return handler()

        return call

    return around


@app.get("/status")
@counted("/status")
def status():
    """The version of each app that is live."""
    live = {link.parent.name: link.resolve().name for link in root.glob("*/current")}
    return jsonify(status_code=200, data=live)


@app.get("/health")
@counted("/health")
def health():
    return jsonify(status_code=200, data="ok")
