"""Chargers that are cut off together and come back: a mass reconnection. Who calls the outage is told in `shapes/outage.py`."""

import random
from typing import Any

import gevent
from gevent.event import Event
from locust import events
from locust.runners import MasterRunner

from transacting import TransactingUser, all_spawned

outage_begun = Event()


def install_outages() -> None:
    """Listens for the outage, which reaches every worker as a message of the master."""

    @events.init.add_listener
    def on_init(environment: Any, **_: Any) -> None:
        if environment.runner is not None and not isinstance(environment.runner, MasterRunner):
            environment.runner.register_message("outage", lambda **_: outage_begun.set())

    @events.test_start.add_listener
    def on_test_start(**_: Any) -> None:
        outage_begun.clear()


class OutageUser(TransactingUser):
    """A charger whose first transaction lives through the outage; after it, it goes on with sessions. Without a shape that calls the outage
    there is one as soon as all users are there and have held for --hold-seconds."""

    weight = 1

    def session(self) -> None:
        self.start_transaction()
        if self.sessions == 0:
            self.live_through_outage()
        self.think()
        self.look_at_transaction()
        self.stop_transaction()

    def live_through_outage(self) -> None:
        self.wait_for_outage()
        self.sessions += 1
        options = self.environment.parsed_options
        self.on("network offline", "POST", "network", {"state": "offline"})
        gevent.sleep(options.outage_seconds + random.uniform(0, options.return_spread_seconds))
        # Answered when the charger is connected again and what it had to say has been said.
        self.on("network online", "POST", "network", {"state": "online", "timeoutSeconds": 200})

    def wait_for_outage(self) -> None:
        if getattr(self.environment.shape_class, "calls_outage", False):
            outage_begun.wait()
            return
        all_spawned.wait()
        outage_begun.wait(timeout=self.environment.parsed_options.hold_seconds)
