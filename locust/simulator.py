"""The simulator's HTTP API as users drive it: one method per operation, failures in the API's own words, the CSMS's latency per OCPP action as
events beside the HTTP latency. No scenario here."""

import itertools
import logging
from typing import Any

from locust import FastHttpUser

from settings import simulator_headers, simulator_url

log = logging.getLogger("charger-simulator")

Body = dict[str, Any]
_numbers = itertools.count(1)


class OperationFailed(Exception):
    """An operation was answered with a problem document; it has been counted as a failure already."""


class OcppCallFailed(Exception):
    """The CSMS answered a call with a CALLERROR."""


class SimulatorUser(FastHttpUser):
    """A user with one charger of its own, which is deleted when the user stops."""

    abstract = True
    host = simulator_url()
    # The API itself waits up to 200 s for an outcome.
    network_timeout = 240.0
    connection_timeout = 60.0

    def on_start(self) -> None:
        options = self.environment.parsed_options
        number = next(_numbers)
        self.charger = f"{worker_tag(self.environment)}-{number}"
        # A token may have one transaction at a time with many a CSMS: no two workers share one.
        index = getattr(self.environment.runner, "worker_index", 0)
        self.token = options.token_pattern.replace("{n}", str(index * 1_000_000 + number))[:20]
        self.base = simulator_url()
        self.created = self.connected = False

    def be_ready(self) -> None:
        """Creates the charger and has it connect, unless that is done. What fails is tried again next time."""
        if not self.created:
            self.operation("createCharger", "POST", "chargers", self.wishes())
            self.created = True
        if not self.connected:
            self.on("connect", "POST", "connect")
            self.connected = True

    def wishes(self) -> Body:
        options = self.environment.parsed_options
        wishes: Body = {
            "id": self.charger,
            "protocol": options.protocol,
            "connection": options.connection,
            "tags": [options.run_tag, worker_tag(self.environment)],
        }
        if options.csms_url:
            wishes["csms"] = {"url": options.csms_url}
        if options.model:
            wishes["model"] = options.model
        return wishes

    def on_stop(self) -> None:
        if not self.created:
            return
        try:
            self.operation("deleteCharger", "DELETE", f"chargers/{self.charger}")
        except OperationFailed:
            log.warning("%s was not deleted: the clean-up of the run does it", self.charger)

    def on(self, name: str, method: str, path: str, body: Body | None = None) -> Body:
        """An operation on this user's charger."""
        return self.operation(name, method, f"chargers/{self.charger}/{path}", body)

    def operation(self, name: str, method: str, path: str, body: Body | None = None) -> Body:
        """Calls the API; statistics go by the operation's name. Raises OperationFailed on anything but 2xx."""
        url = f"{self.base}/{path}"
        with self.client.request(method, url, name=name, json=body, headers=simulator_headers(), catch_response=True) as response:
            answer = _parse(response)
            self._count_ocpp(answer.get("exchange", []))
            if response.status_code is None or not 200 <= response.status_code < 300:
                words = _problem(response, answer)
                response.failure(words)
                raise OperationFailed(f"{name}: {words}")
            response.success()
            return answer

    def _count_ocpp(self, exchange: list[Body]) -> None:
        """One event for each answer of the CSMS: its latency is the CSMS's own, without the simulator's HTTP."""
        for frame in exchange:
            if frame["direction"] != "received" or frame["type"] not in ("result", "error"):
                continue
            if "durationMs" not in frame:
                continue
            failed = OcppCallFailed(frame["error"]["code"]) if frame["type"] == "error" else None
            self.environment.events.request.fire(
                request_type="OCPP",
                name=frame["action"],
                response_time=frame["durationMs"],
                response_length=0,
                exception=failed,
                context={},
            )


def _parse(response: Any) -> Body:
    try:
        answer = response.json()
    except Exception:  # Whatever came is no JSON: an answer from something between us and the API.
        return {}
    return answer if isinstance(answer, dict) else {}


def _problem(response: Any, answer: Body) -> str:
    if response.status_code in (None, 0):
        return f"no answer: {getattr(response, 'error', None) or 'connection failed'}"
    return f"{response.status_code} {answer.get('title', '')}: {answer.get('detail', '')}".strip()


def worker_tag(environment: Any) -> str:
    """Tag of the chargers that this process has created."""
    index = getattr(environment.runner, "worker_index", 0)
    return f"{environment.parsed_options.run_tag}-w{index}"
