// What connectors are called, and what tone their state has.
import type { ConnectorView } from '../../lib/api-types';

/** As the version counts. */
export function nameOf(protocol: string, { connectorId, evseId, type }: ConnectorView): string {
  const kind = type ? ` (${type.replace(/^[cs]/, '')})` : '';
  return protocol === 'ocpp1.6' ? `Connector ${connectorId}${kind}` : `EVSE ${evseId}, connector ${connectorId}${kind}`;
}

export function isFaulty({ errorCode }: ConnectorView): boolean {
  return errorCode !== undefined && errorCode !== 'NoError';
}

const quiet = new Set(['SuspendedEV', 'SuspendedEVSE', 'Reserved', 'Unavailable']);

/** Of the lamp. */
export function toneOf(connector: ConnectorView): string {
  const { status, powerW = 0 } = connector;
  if (isFaulty(connector) || status === 'Faulted') return 'bad';
  if (status === 'Available') return 'good';
  if (quiet.has(status)) return 'warn';
  return powerW > 0 || status !== '' ? 'busy' : '';
}
