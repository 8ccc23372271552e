"""A central system made of the package `ocpp` by The Mobility House. It takes every CALL a charge point may send, and sends what it is
told to, in the version that its argument names. Spoken to in lines of JSON: orders come on stdin, what happens goes to stdout. It has no behaviour that a test could lean on."""

import asyncio
import json
import logging
import sys
from datetime import datetime, timezone

import websockets
from ocpp.charge_point import camel_to_snake_case, snake_to_camel_case, remove_nones, serialize_as_dict
from ocpp.exceptions import OCPPError
from ocpp.routing import create_route_map, on
from ocpp import v16, v201

TAKEN_V16 = [
    "Authorize",
    "BootNotification",
    "DataTransfer",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "LogStatusNotification",
    "MeterValues",
    "SecurityEventNotification",
    "SignCertificate",
    "SignedFirmwareStatusNotification",
    "StartTransaction",
    "StatusNotification",
    "StopTransaction",
]
TAKEN_V201 = [
    "Authorize",
    "BootNotification",
    "ClearedChargingLimit",
    "DataTransfer",
    "FirmwareStatusNotification",
    "Get15118EVCertificate",
    "GetCertificateStatus",
    "Heartbeat",
    "LogStatusNotification",
    "MeterValues",
    "NotifyChargingLimit",
    "NotifyCustomerInformation",
    "NotifyDisplayMessages",
    "NotifyEVChargingNeeds",
    "NotifyEVChargingSchedule",
    "NotifyEvent",
    "NotifyMonitoringReport",
    "NotifyReport",
    "PublishFirmwareStatusNotification",
    "ReportChargingProfiles",
    "ReservationStatusUpdate",
    "SecurityEventNotification",
    "SignCertificate",
    "StatusNotification",
    "TransactionEvent",
]

charge_points = {}


def now():
    return datetime.now(timezone.utc).isoformat()


def tell(**event):
    # The package reads numbers as Decimal, which JSON does not know.
    print(json.dumps(event, default=float), flush=True)


def answer_v16(action, payload):
    accepted = {"status": "Accepted"}
    return {
        "Authorize": {"id_tag_info": accepted},
        "BootNotification": {**accepted, "current_time": now(), "interval": 300},
        "DataTransfer": accepted,
        "Heartbeat": {"current_time": now()},
        "SignCertificate": accepted,
        "StartTransaction": {"id_tag_info": accepted, "transaction_id": 7},
        # There is nothing to say about a token that was not given (OCPP 1.6 §6.50).
        "StopTransaction": {"id_tag_info": accepted} if "id_tag" in payload else {},
    }.get(action, {})


def answer_v201(action, payload):
    accepted = {"status": "Accepted"}
    return {
        "Authorize": {"id_token_info": accepted},
        "BootNotification": {**accepted, "current_time": now(), "interval": 300},
        "DataTransfer": accepted,
        "Get15118EVCertificate": {**accepted, "exi_response": "AA=="},
        "GetCertificateStatus": {**accepted, "ocsp_result": "AA=="},
        "Heartbeat": {"current_time": now()},
        "NotifyEVChargingNeeds": accepted,
        "NotifyEVChargingSchedule": accepted,
        "SignCertificate": accepted,
        "TransactionEvent": {"id_token_info": accepted} if "id_token" in payload else {},
    }.get(action, {})


VERSIONS = {"ocpp1.6": (v16, TAKEN_V16, answer_v16), "ocpp2.0.1": (v201, TAKEN_V201, answer_v201)}
subprotocol = sys.argv[1]
version, taken, answer_to = VERSIONS[subprotocol]


def handler_of(action):
    def handle(self, **payload):
        # Handlers run only for payloads that the package's schemas have passed.
        tell(kind="call", identity=self.id, action=action, payload=snake_to_camel_case(payload))
        return getattr(version.call_result, action)(**answer_to(action, payload))

    handle.__name__ = f"on_{action}"
    return on(action)(handle)


CentralSystemSide = type(
    "CentralSystemSide", (version.ChargePoint,), {f"on_{action}": handler_of(action) for action in taken}
)


class Complaints(logging.Handler):
    """What the package finds wrong with a charge point it logs, and answers with a CALLERROR."""

    def emit(self, record):
        error = record.exc_info[1] if record.exc_info else ""
        tell(kind="complaint", text=f"{record.getMessage()} {error!r}")


async def serve(connection):
    identity = connection.request.path.rsplit("/", 1)[-1]
    if connection.subprotocol != subprotocol:
        tell(kind="complaint", text=f"{identity} speaks {connection.subprotocol}")
        return
    charge_points[identity] = CentralSystemSide(identity, connection)
    try:
        await charge_points[identity].start()
    except websockets.exceptions.ConnectionClosed:
        pass


async def carry_out(order):
    try:
        request = getattr(version.call, order["action"])(**camel_to_snake_case(order["payload"]))
        answer = await charge_points[order["identity"]].call(request, suppress=False)
        result = snake_to_camel_case(remove_nones(serialize_as_dict(answer)))
        tell(kind="answer", id=order["id"], result=result)
    except OCPPError as error:
        tell(kind="answer", id=order["id"], error=f"{type(error).__name__} {error.code} {error.description}")
    except Exception as error:  # whatever it is, the test has to hear of it
        tell(kind="answer", id=order["id"], error=repr(error))


async def main():
    logging.getLogger("ocpp").addHandler(Complaints(level=logging.ERROR))
    logging.getLogger("ocpp").propagate = False
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**22)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with websockets.serve(serve, "127.0.0.1", 0, subprotocols=[subprotocol]) as server:
        tell(kind="listening", port=server.sockets[0].getsockname()[1])
        orders = set()
        # Ends when the test closes stdin, or is gone.
        while line := await reader.readline():
            order = loop.create_task(carry_out(json.loads(line)))
            orders.add(order)
            order.add_done_callback(orders.discard)


asyncio.run(main())
