"""What all users share who charge: whether their charger is in a transaction, how one begins and ends, how long it lasts. Which scenario that is
part of is told in the files of the users."""

import random
import time
from typing import Any

import gevent
from gevent.event import Event
from locust import constant, events, task

from gauge import gauge
from simulator import Body, OperationFailed, SimulatorUser

all_spawned = Event()


@events.spawning_complete.add_listener
def _on_spawning_complete(**_: Any) -> None:
    all_spawned.set()


@events.test_start.add_listener
def _on_test_start(**_: Any) -> None:
    all_spawned.clear()


class TransactingUser(SimulatorUser):
    """A user that knows whether its charger is in a transaction."""

    abstract = True
    wait_time = constant(0)

    def on_start(self) -> None:
        super().on_start()
        self.transaction: str | None = None
        self.sessions = 0

    @task
    def one_session(self) -> None:
        try:
            self.be_ready()
            self.session()
        except OperationFailed:
            # Counted already.
            self.ended()
        self.pause()

    def session(self) -> None:
        """One session from the beginning to the end. Raises OperationFailed where it breaks off."""
        raise NotImplementedError

    def on_stop(self) -> None:
        self.ended()
        super().on_stop()

    def began(self, answer: Body) -> None:
        """Takes down the transaction of an answer as the one that runs."""
        self.transaction = str(answer["transaction"]["id"])
        gauge.running += 1

    def ended(self) -> None:
        """No transaction runs any more, or none that we know of."""
        if self.transaction is not None:
            gauge.running -= 1
        self.transaction = None

    def start_transaction(self) -> None:
        options = self.environment.parsed_options
        wishes: Body = {
            "idToken": self.token,
            "connectorId": 1,
            "meterValuesIntervalSeconds": options.meter_values_seconds,
            "ev": {"soc": random.randint(10, 60), "batteryCapacityWh": random.choice([40000, 60000, 77000])},
        }
        self.began(self.on("startTransaction", "POST", "transactions", wishes))

    def look_at_transaction(self) -> None:
        self.on("getTransaction", "GET", f"transactions/{self.transaction}")

    def stop_transaction(self) -> None:
        self.on("stopTransaction", "POST", f"transactions/{self.transaction}/stop", {"unplug": True})
        self.ended()

    def think(self) -> None:
        """As long as a session lasts. The first one waits for the last user, so that as many sessions as users run at the same time."""
        options = self.environment.parsed_options
        until = time.monotonic() + options.session_seconds * random.uniform(0.5, 1.5)
        if self.sessions == 0:
            all_spawned.wait()
            # Not all at the same moment: that would be another test.
            until = max(until, time.monotonic() + options.hold_seconds + random.uniform(0, options.session_seconds / 2))
        self.sessions += 1
        gevent.sleep(max(0.0, until - time.monotonic()))

    def pause(self) -> None:
        gevent.sleep(self.environment.parsed_options.pause_seconds * random.uniform(0.5, 1.5))
