"""An outage for everybody at one moment, and the return: users are spawned, held for --hold-seconds, cut off together, come back.
`locust -f locustfile.py,shapes/outage.py OutageUser --users 1000 --run-time 5m`."""

import logging
from typing import Any

from locust import LoadTestShape

log = logging.getLogger("charger-simulator")


class OutageShape(LoadTestShape):
    """Calls one outage, --hold-seconds after the last user is there."""

    calls_outage = True
    use_common_options = True

    def __init__(self) -> None:
        super().__init__()
        self.complete_at: float | None = None
        self.called = False

    def tick(self) -> tuple[int, float] | None:
        runner: Any = self.runner
        options = runner.environment.parsed_options
        users = options.num_users or 100
        now = self.get_run_time()
        if now >= (options.run_time or 300):
            return None
        if self.complete_at is None and self.get_current_user_count() >= users:
            self.complete_at = now
        if self.complete_at is not None and not self.called and now >= self.complete_at + options.hold_seconds:
            self.called = True
            log.info("outage: %s chargers are cut off", users)
            runner.send_message("outage", {})
        return users, options.spawn_rate or max(1.0, users / 10)
