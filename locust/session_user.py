"""Sessions that begin and end at the charger."""

from transacting import TransactingUser


class SessionUser(TransactingUser):
    """A driver: plugs in and starts, charges for a while, stops, unplugs, and comes again."""

    weight = 1

    def session(self) -> None:
        self.start_transaction()
        self.think()
        self.look_at_transaction()
        self.stop_transaction()
