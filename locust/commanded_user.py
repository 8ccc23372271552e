"""Sessions that the CSMS starts and stops. Its commands are given through the demo CSMS's HTTP face."""

import time

import gevent
import requests

from settings import csms_api_url
from simulator import Body, OperationFailed
from transacting import TransactingUser


# What a command to start and one to stop are called, by the charger's protocol.
commands = {
    "ocpp1.6": ("RemoteStartTransaction", "RemoteStopTransaction"),
    "ocpp2.0.1": ("RequestStartTransaction", "RequestStopTransaction"),
}


class CommandedUser(TransactingUser):
    """A charger that is told when to start and when to stop."""

    weight = 1

    def session(self) -> None:
        start, stop = commands[self.environment.parsed_options.protocol]
        self.on("plugIn", "POST", "plug-in", {"connectorId": 1})
        self.told(start, self.wish_to_start())
        self.began({"transaction": self.running()})
        self.think()
        self.told(stop, {"transactionId": self.running()["transactionId"]})
        self.ended()
        self.on("unplug", "POST", "unplug", {"connectorId": 1})

    def wish_to_start(self) -> Body:
        if self.environment.parsed_options.protocol == "ocpp1.6":
            return {"connectorId": 1, "idTag": self.token}
        # Each request has a number of its own, by which the charger refers to it.
        return {"evseId": 1, "remoteStartId": self.sessions + 1, "idToken": {"idToken": self.token, "type": "Central"}}

    def told(self, action: str, payload: Body) -> None:
        """The CSMS sends the command while the charger is awaiting it; both sides must have seen it."""
        waiting = gevent.spawn(self.on, f"await {action}", "POST", "await", {"action": action, "timeoutSeconds": 30})
        try:
            gevent.sleep(0)
            self.command(action, payload)
            heard = waiting.get()
        finally:
            # A user that is stopped meanwhile deletes its charger: what still waited for it would count as a failure.
            waiting.kill()
        if heard["response"].get("status") != "Accepted":
            raise OperationFailed(f"{action}: {heard['response']}")

    def command(self, action: str, payload: Body) -> None:
        """Has the CSMS send a command; how long it took is an event of type CSMS. Raises OperationFailed when it could not."""
        began = time.perf_counter()
        failed: Exception | None = None
        try:
            answer = requests.post(f"{csms_api_url()}/chargers/{self.charger}/calls/{action}", json=payload, timeout=60)
            answer.raise_for_status()
        except requests.RequestException as error:
            failed = error
        self.environment.events.request.fire(
            request_type="CSMS",
            name=action,
            response_time=(time.perf_counter() - began) * 1000,
            response_length=0,
            exception=failed,
            context={},
        )
        if failed:
            raise OperationFailed(f"{action}: {failed}") from failed

    def running(self) -> Body:
        """The transaction that the command led to: known to the charger at once, to the CSMS when it has answered."""
        for _ in range(100):
            found = self.on("listTransactions", "GET", "transactions?state=running")["transactions"]
            if found and "transactionId" in found[0]:
                return found[0]
            gevent.sleep(0.1)
        raise OperationFailed("the remote start led to no transaction within 10 s")
