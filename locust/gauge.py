"""How many charging transactions run at the same time, over all workers: sampled once a second, summed by the master, told at the end."""

import logging
import time
from typing import Any

import gevent
from locust import events
from locust.runners import MasterRunner, WorkerRunner

log = logging.getLogger("charger-simulator")


class Gauge:
    """Transactions of this process's users, and what the whole run came to."""

    def __init__(self) -> None:
        self.running = 0
        self.of_workers: dict[str, int] = {}
        self.peak = 0
        self.held_seconds = 0.0
        self.sampled_at = 0.0

    def total(self) -> int:
        return self.running + sum(self.of_workers.values())

    def forget_lost(self, alive: set[str]) -> None:
        """Nobody knows any more what the chargers of a lost worker do: they do not count."""
        self.of_workers = {worker: count for worker, count in self.of_workers.items() if worker in alive}

    def sample(self, wanted: int) -> None:
        """`wanted`: users that there are to be; time with a transaction for each of them counts as held."""
        now = time.monotonic()
        total = self.total()
        if wanted > 0 and total >= wanted and self.sampled_at:
            self.held_seconds += now - self.sampled_at
        self.sampled_at = now
        self.peak = max(self.peak, total)


gauge = Gauge()


def install_gauge() -> None:
    """Has workers tell the master, and whoever leads the run tell the user."""

    @events.report_to_master.add_listener
    def on_report(data: dict[str, Any], **_: Any) -> None:
        data["transactions"] = gauge.running

    @events.worker_report.add_listener
    def on_worker_report(client_id: str, data: dict[str, Any], **_: Any) -> None:
        gauge.of_workers[client_id] = data.get("transactions", 0)

    @events.test_start.add_listener
    def on_test_start(environment: Any, **_: Any) -> None:
        gauge.peak, gauge.held_seconds, gauge.sampled_at = 0, 0.0, 0.0
        gauge.of_workers.clear()
        if not isinstance(environment.runner, WorkerRunner):
            environment.runner.greenlet.spawn(_watch, environment.runner)

    @events.test_stop.add_listener
    def on_test_stop(environment: Any, **_: Any) -> None:
        if isinstance(environment.runner, WorkerRunner):
            return
        log.info("concurrent transactions: peak %s, one for every user for %.0f s", gauge.peak, gauge.held_seconds)


def _watch(runner: Any) -> None:
    while runner.state not in ("stopping", "stopped", "cleanup"):
        wanted = runner.target_user_count if isinstance(runner, MasterRunner) else runner.user_count
        if isinstance(runner, MasterRunner):
            gauge.forget_lost({client.id for client in runner.clients.all if client.state != "missing"})
        gauge.sample(max(wanted, runner.target_user_count))
        gevent.sleep(1)
