// A firmware update as a charger remembers it, the same for every OCPP version, and what it needs of the dialect. How it goes on is in
// firmware-update.ts.
import type { Charger } from './charger';
import type { Context } from './context';
import type { Retries } from './retries';

/** FirmwareStatus of the security whitepaper and of OCPP 2.0.1; 1.6 without security knows some of them. */
export type FirmwareStatus =
  | 'DownloadScheduled'
  | 'Downloading'
  | 'DownloadPaused'
  | 'Downloaded'
  | 'DownloadFailed'
  | 'SignatureVerified'
  | 'InvalidSignature'
  | 'InstallScheduled'
  | 'Installing'
  | 'InstallRebooting'
  | 'Installed'
  | 'InstallationFailed'
  | 'InstallVerificationFailed';

export interface FirmwareWish {
  location: string;
  /** Epoch milliseconds, the host's. In the past: at once. */
  retrieveAt: number;
  /** Not to be installed before. */
  installAt?: number;
  retries: Retries;
  requestId?: number;
  /** Only firmware with this signature is installed: the signer's certificate in PEM, and base64. */
  signing?: { certificate: string; signature: string };
}

/** Of an update that is signed. */
export type SignedWish = FirmwareWish & Required<Pick<FirmwareWish, 'signing'>>;

export type Phase =
  | 'scheduled' // the time to fetch it has not come
  | 'downloading'
  | 'paused' // until the next try
  | 'waiting' // downloaded: for the time to install it, or for transactions to end
  | 'installing'
  | 'restarting'
  | 'over'; // until the CSMS has heard how it ended

/** An update as the document remembers it, until the CSMS knows how it ended. */
export interface FirmwareUpdate extends Omit<FirmwareWish, 'retrieveAt'> {
  phase: Phase;
  /** When the phase ends by itself, epoch ms: survives the deadlines, which a power loss takes away. */
  dueAt?: number;
  /** Where it stands, as told or to be told. */
  status?: FirmwareStatus;
  /** The CSMS has not heard of `status`. */
  untold?: true;
  /** Of the downloaded firmware. */
  version?: string;
}

/** What is left of a signed update that failed: whoever asks for its status later is told so (security whitepaper L01.FR.29). */
export interface FirmwareFailure {
  status: FirmwareStatus;
  requestId: number;
}

/** What an update needs of the dialect. */
export interface FirmwareRules {
  /** Tells the CSMS of `update.status`, or keeps in mind that it is to be told. */
  tell(context: Context, update: FirmwareUpdate): void;
  /** Something runs that an installation would end. */
  isBusy(charger: Charger): boolean;
  /** Takes what is not in use out of service. Called again and again until the installation begins. */
  vacate(context: Context): void;
  /** A status is still on its way to the CSMS. */
  isTelling(charger: Charger): boolean;
  restart(context: Context): void;
}

/** Nothing can stop it any more. */
export function isInstalling({ firmware }: Charger): boolean {
  return firmware?.phase === 'installing' || firmware?.phase === 'restarting';
}

/** Connectors without a transaction are out of service: an installation is next or under way (OCPP 1.6 §5.19). */
export function holdsConnectors(charger: Charger): boolean {
  const { firmware } = charger;
  return isInstalling(charger) || (firmware?.phase === 'waiting' && firmware.dueAt === undefined);
}

/** Is there an update whose end is open? */
export function isUpdating({ firmware }: Charger): boolean {
  return firmware !== undefined && firmware.phase !== 'over';
}
