// Firmware updates and log uploads under way as people and programs see them through the API. Reading only; secrets stay out.
import type { Charger } from './charger';
import type { Retries } from './retries';
import { showUrl } from './url-secrets';

interface Transfer {
  location: string;
  phase: string;
  status?: string;
  requestId?: number;
  retries: Retries;
  dueAt?: number;
}

/** As parts of a view; nothing where nothing is under way. Times are the charger's, as its deadlines are. */
export function viewTransfers({ firmware, uploads = {} }: Charger): Record<string, unknown> {
  const logs = Object.entries(uploads).map(([channel, upload]) => ({ channel, ...viewTransfer(upload) }));
  return {
    ...(firmware ? { firmwareUpdate: { ...viewTransfer(firmware), ...versionOf(firmware) } } : {}),
    ...(logs.length > 0 ? { logUploads: logs } : {}),
  };
}

function viewTransfer({ location, phase, status, requestId, retries, dueAt }: Transfer): Record<string, unknown> {
  return {
    location: showUrl(location),
    phase,
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
    triesLeft: retries.left,
    ...(dueAt === undefined ? {} : { dueAt: new Date(dueAt).toISOString() }),
  };
}

const versionOf = ({ version }: { version?: string }) => (version === undefined ? {} : { version });
