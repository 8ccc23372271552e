"""Load in steps: a fifth of the users more in each, held in between, so that the step at which a CSMS gives in can be read off the report.
`locust -f locustfile.py,shapes/steps.py --users 1000 --run-time 10m`."""

from typing import Any

from locust import LoadTestShape


class StepShape(LoadTestShape):
    """Five steps of equal height and length."""

    use_common_options = True
    steps = 5

    def tick(self) -> tuple[int, float] | None:
        runner: Any = self.runner
        options = runner.environment.parsed_options
        users = options.num_users or 100
        seconds = options.run_time or 600
        now = self.get_run_time()
        if now >= seconds:
            return None
        step = min(self.steps, int(now / (seconds / self.steps)) + 1)
        return round(users * step / self.steps), options.spawn_rate or max(1.0, users / 50)
