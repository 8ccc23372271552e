"""What a run can be told: two environment variables for where, options for how. Options also show in Locust's web UI."""

import os
import time
from typing import Any


def simulator_url() -> str:
    """Base URL of the API, with `/api`: the local host's, or a function app's."""
    url = os.environ.get("SIMULATOR_URL", "http://127.0.0.1:7071").rstrip("/")
    return url if url.endswith("/api") else f"{url}/api"


def simulator_headers() -> dict[str, str]:
    """The key goes into a header, never into a URL: URLs end up in reports."""
    key = os.environ.get("SIMULATOR_KEY", "")
    return {"x-functions-key": key} if key else {}


def csms_api_url() -> str:
    """HTTP face of the demo CSMS, for users whose commands come from there."""
    return os.environ.get("CSMS_API_URL", "http://127.0.0.1:9000/api").rstrip("/")


def add_arguments(parser: Any) -> None:
    """Locust's own parser gets a group of ours."""
    group = parser.add_argument_group("Charger simulator")

    def add(*names: str, **how: Any) -> None:
        # What is in a group shows in the web UI only if it says so.
        group.add_argument(*names, **how).include_in_web_ui = True

    add("--csms-url", default="", env_var="CSMS_URL", help="What chargers dial, such as wss://csms.example/ocpp. Default: the demo CSMS.")
    add("--protocol", default="ocpp1.6", choices=["ocpp1.6", "ocpp2.0.1"], help="Of the chargers.")
    add("--model", default="", help="Charger model, one of GET /api/models. Default: the simulator's.")
    add("--connection", default="persistent", choices=["persistent", "onDemand"], help="persistent keeps the socket like a real charger.")
    add("--session-seconds", type=float, default=30.0, help="How long a session lasts on average (half to one and a half of it).")
    add("--pause-seconds", type=float, default=2.0, help="Between two sessions, on average.")
    add("--hold-seconds", type=float, default=20.0, help="First sessions last at least until all users have been spawned, and so long after.")
    add("--meter-values-seconds", type=int, default=10, help="Interval of meter values in a transaction.")
    add("--token-pattern", default="LOCUST-{n}", help="idToken of a charger; {n} is its number.")
    add("--outage-seconds", type=float, default=10.0, help="OutageUser: how long chargers are cut off.")
    add("--return-spread-seconds", type=float, default=0.0, help="OutageUser: within how long they come back; 0: all at once.")
    # The master's value reaches the workers with the start of the test.
    add("--run-tag", default=f"locust-{int(time.time())}", help="Tag and id prefix of all chargers of this run.")
