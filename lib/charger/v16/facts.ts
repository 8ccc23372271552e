// OCPP 1.6 frames as facts: boots, transactions, meter registers. Frames may be whatever testers and a broken CSMS make them.
import type { LoggedFrame } from '../effect';
import type { Fact, FactReader } from '../facts';

type Payload = Record<string, unknown>;

function started({ transactionId }: Payload, { messageId: key }: LoggedFrame): Fact | undefined {
  return typeof transactionId === 'number' ? { kind: 'started', key, transactionId: String(transactionId) } : undefined;
}

const readers: Record<string, (payload: Payload, frame: LoggedFrame) => Fact | undefined> = {
  'received result BootNotification': ({ status }) => (status === 'Accepted' ? { kind: 'booted' } : undefined),
  'sent call StartTransaction': ({ connectorId, meterStart, timestamp }, { messageId: key }) =>
    typeof meterStart === 'number'
      ? { kind: 'starting', key, session: `${connectorId} ${timestamp}`, meterWh: meterStart }
      : undefined,
  'received result StartTransaction': started,
  // The answer to one of several attempts, when another has been answered before: no CALL waits for it any more.
  'received result ': started,
  'sent call MeterValues': ({ transactionId, meterValue }) => {
    const meterWh = register(meterValue);
    if (typeof transactionId !== 'number' || meterWh === undefined) return undefined;
    return { kind: 'metered', transactionId: String(transactionId), meterWh };
  },
  'sent call StopTransaction': ({ transactionId, meterStop }, { messageId: key }) =>
    typeof transactionId === 'number' && typeof meterStop === 'number'
      ? { kind: 'ending', key, transactionId: String(transactionId), meterWh: meterStop }
      : undefined,
  'received result StopTransaction': (_, { messageId: key }) => ({ kind: 'ended', key }),
};

export const readFactV16: FactReader = (frame) => {
  const read = readers[`${frame.direction} ${frame.type} ${frame.action}`];
  const { payload } = frame;
  return read && typeof payload === 'object' && payload !== null ? read(payload as Payload, frame) : undefined;
};

interface Sample {
  measurand?: string;
  phase?: string;
  unit?: string;
  value?: string;
}

/** The newest reading of the energy register, Wh. Left out, the measurand is that register (OCPP 1.6 §7.43). */
function register(meterValue: unknown): number | undefined {
  if (!Array.isArray(meterValue)) return undefined;
  const samples = meterValue.flatMap((one: { sampledValue?: Sample[] }) => one.sampledValue ?? []);
  const own = samples.findLast(
    ({ measurand = 'Energy.Active.Import.Register', phase }) =>
      measurand === 'Energy.Active.Import.Register' && phase === undefined,
  );
  const value = Number(own?.value);
  if (!own || Number.isNaN(value)) return undefined;
  return own.unit === 'kWh' ? value * 1000 : value;
}
