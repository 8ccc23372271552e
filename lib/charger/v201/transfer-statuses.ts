// The messages in which OCPP 2.0.1 tells of firmware and logs (L01, L02, N01): FirmwareStatusNotification and LogStatusNotification. When
// they are sent is decided in ../transfer-telling.ts.
import type { Charger } from '../charger';
import { isUploading } from '../log-upload';
import { telling } from '../transfer-telling';

export const tellTransfers = telling({
  firmware: ({ status, requestId }) =>
    status && { action: 'FirmwareStatusNotification', payload: { status, ...idOf(requestId) } },
  log: (_channel, { status, requestId }) => ({
    action: 'LogStatusNotification',
    payload: { status, ...idOf(requestId) },
  }),
});

const idOf = (requestId: number | undefined) => (requestId === undefined ? {} : { requestId });

/** FirmwareStatusNotificationRequest as things stand: the last status, Idle without one and after Installed (L01.FR.25, L01.FR.26). */
export function firmwareStatus({ firmware, firmwareFailure }: Charger): Record<string, unknown> {
  const { status, requestId } = firmware ?? firmwareFailure ?? {};
  return status === undefined || status === 'Installed' ? { status: 'Idle' } : { status, ...idOf(requestId) };
}

/** LogStatusNotificationRequest as things stand (N01.FR.13). */
export function logStatus(charger: Charger): Record<string, unknown> {
  return isUploading(charger, 'log')
    ? { status: 'Uploading', ...idOf(charger.uploads?.log?.requestId) }
    : { status: 'Idle' };
}
