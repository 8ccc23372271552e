"""No charger outlives its run: users delete their own, and what is left after them goes by its tag. Every worker sees to its own chargers, the
master to those of workers it has lost."""

import logging
import time
from typing import Any

import gevent
import requests
from locust import events
from locust.runners import MasterRunner, WorkerRunner

from settings import simulator_headers, simulator_url
from simulator import worker_tag

log = logging.getLogger("charger-simulator")

# Thousands of users that delete their chargers take a while.
patience_seconds = 300


def install_clean_up() -> None:
    """Has this process clean up whenever a test stops."""

    @events.test_stopping.add_listener
    def on_test_stopping(environment: Any, **_: Any) -> None:
        if isinstance(environment.runner, MasterRunner):
            _stop_workers(environment.runner)

    @events.test_stop.add_listener
    def on_test_stop(environment: Any, **_: Any) -> None:
        leads = not isinstance(environment.runner, WorkerRunner)
        _delete_rest(environment.parsed_options.run_tag if leads else worker_tag(environment))


def _stop_workers(runner: Any) -> None:
    """Has all users stopped before the master goes on. By itself it gives its workers half a second to end, and loses their last statistics."""
    ids = [client.id for client in runner.clients.all]
    # Nobody is spawned any more.
    runner.update_state("stopping")
    runner.send_message("stop")
    give_up_at = time.monotonic() + patience_seconds
    while any(_is_busy(runner, client_id) for client_id in ids):
        if time.monotonic() > give_up_at:
            log.error("workers did not stop their users within %s s", patience_seconds)
            return
        gevent.sleep(0.1)


def _is_busy(runner: Any, client_id: str) -> bool:
    # A worker that has stopped is forgotten and comes anew as ready.
    client = runner.clients.get(client_id)
    return client is not None and client.state not in ("ready", "missing")


def _delete_rest(tag: str) -> None:
    # A user that was stopped while it created its charger has not seen the answer: the charger may come to be a little later.
    for _ in range(5):
        left = requests.delete(
            f"{simulator_url()}/chargers",
            params={"tag": tag, "timeoutSeconds": "30"},
            headers=simulator_headers(),
            timeout=240,
        )
        if left.status_code != 200:
            log.error("chargers tagged %s may be left: %s %s", tag, left.status_code, left.text[:300])
            return
        answer = left.json()
        if answer["deleted"]:
            log.info("clean-up: %s chargers deleted", answer["deleted"])
        if not answer["deleted"] and not answer["failed"]:
            return
        gevent.sleep(0.5)
    log.error("chargers tagged %s are left: %s", tag, answer["failed"][:3])
