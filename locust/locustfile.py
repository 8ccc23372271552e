"""Load tests of a CSMS through the charger simulator's HTTP API: the entry point that Locust loads. Users are in `*_user.py`, load shapes in
`shapes/`, everything that knows the API in `simulator.py`."""

from locust import events

from clean_up import install_clean_up
from commanded_user import CommandedUser
from gauge import install_gauge
from outage_user import OutageUser, install_outages
from session_user import SessionUser
from settings import add_arguments

__all__ = ["CommandedUser", "OutageUser", "SessionUser"]

events.init_command_line_parser.add_listener(add_arguments)
install_clean_up()
install_gauge()
install_outages()
