// Work that a charger has done outside its own document, because it takes time or needs the world (files to transfer): what each
// kind asks for and brings back, as data. Starting and ending it is in tasks.ts, doing it in lib/tasks.
import type { CertificateHash, IdentifiedDetails } from './certificates';
import type { SignedWish } from './firmware';

/** By kind: what is asked for, and what comes back when it succeeds. Both are in the document or pass through it: keep them small. */
export interface TaskKinds {
  download: { request: DownloadRequest; result: Downloaded };
  uploadLog: { request: UploadLogRequest; result: UploadedLog };
  createCsr: { request: CsrRequest; result: Csr };
  checkRoot: { request: RootRequest; result: CheckedRoot | Unfit };
  checkChain: { request: ChainRequest; result: CheckedChain | Unfit };
  checkSigner: { request: SignerRequest; result: CheckedSigner };
  checkContract: { request: ContractRequest; result: CheckedContract | Unfit };
}

/** Makes a key pair and a request to sign it (RFC 2986). */
export interface CsrRequest {
  commonName: string;
  organization: string;
  /** For whoever takes the outcome: the certificate is to be used for everything. */
  combined?: true;
}

export interface Csr {
  /** PEM. */
  csr: string;
  /** The private key, sealed where documents are kept. */
  key: string;
}

/** Reads a root certificate and looks whether it may be one. */
export interface RootRequest {
  /** PEM. */
  certificate: string;
  /** DER in base64 of roots that may have signed it. */
  issuers: string[];
  /** It must not be self-signed. */
  mustHaveIssuer?: true;
  /** The charger's time, epoch milliseconds. */
  at: number;
}

export interface CheckedRoot {
  root: IdentifiedDetails & { der: string };
}

/** Looks whether a certificate chain is what the CSR asked for, and leads to a root. */
export interface ChainRequest {
  /** PEM, the charger's certificate first. */
  chain: string;
  /** The private key of the CSR. */
  key: string;
  commonName: string;
  organization: string;
  /** DER in base64. */
  roots: string[];
  /** The charger's time, epoch milliseconds. */
  at: number;
}

export interface CheckedChain {
  details: IdentifiedDetails;
  /** DER in base64, the charger's first, without the root. */
  chain: string[];
  /** Of those after the first. */
  issuers: CertificateHash[];
}

/** Looks whether a certificate may sign firmware: it is valid and leads to a root. */
export interface SignerRequest {
  /** The update that waits for it; the issuers of its certificate may follow that. */
  wish: SignedWish;
  /** DER in base64. */
  roots: string[];
  /** The charger's time, epoch milliseconds. */
  at: number;
}

export interface CheckedSigner {
  /** Completes "the certificate …"; absent: it is good. */
  problem?: string;
}

/** Looks whose contract an EV shows. */
export interface ContractRequest {
  /** PEM, the contract's certificate first. */
  certificate: string;
  /** The contract that it must be of. */
  emaid: string;
  /** DER in base64 of the roots that contracts may lead to. */
  roots: string[];
  /** The charger's time, epoch milliseconds. */
  at: number;
  /** For whoever takes the outcome: where it is shown. */
  evseId: number;
}

export interface CheckedContract {
  /** Of the certificates that lead to the root, the contract's first: OCSPRequestDataType. */
  hashes?: (CertificateHash & { responderURL: string })[];
  /** It leads to no root that the charger has; completes "the certificate …". */
  unknown?: string;
}

/** What was looked at is not what it should be; completes "the certificate …". */
export interface Unfit {
  problem: string;
}

/** Fetches firmware, looks at it and throws it away. */
export interface DownloadRequest {
  /** http, https or ftp URL; its user info is the credentials. */
  location: string;
  /** PEM certificate and base64 signature that the file is checked with. */
  certificate?: string;
  signature?: string;
  /** Its MD5 is wanted. */
  md5?: true;
}

export interface Downloaded {
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  /** Hexadecimal, where it was wanted. */
  md5?: string;
  /** Of the firmware: as it says itself, else as its name says. */
  version: string;
  /** Where one was to be checked: `valid`, or why it is not. */
  signature?: string;
}

/** `diagnostics`: the OCPP messages and the state of the charger; `security`: its security events. */
export type LogContent = 'diagnostics' | 'security';

/** Makes a log file and sends it. */
export interface UploadLogRequest {
  /** http, https or ftp URL; its user info is the credentials. */
  location: string;
  fileName: string;
  content: LogContent;
  /** Epoch milliseconds, inclusive. */
  from?: number;
  to?: number;
}

export interface UploadedLog {
  bytes: number;
}

export type TaskKind = keyof TaskKinds;

/** What is to be done, as the document has it. */
export type Task<K extends TaskKind = TaskKind> = { [P in K]: { kind: P } & TaskKinds[P]['request'] }[K];

/** Why it was not done. */
export type TaskFailureReason =
  | 'interrupted' // the charger lost its power or restarted, or the process that did it is gone
  | 'timeout' // it took longer than it may
  | 'forbidden' // a host that the allow-list or the cloud forbids
  | 'denied' // the other side wants other credentials
  | 'notSupported' // the other side, or we, cannot do that
  | 'malformed' // what was asked for makes no sense: a URL that is none
  | 'failed'; // anything else

export interface TaskFailure {
  ok: false;
  reason: TaskFailureReason;
  /** For people: what was wrong, where. Without secrets. */
  detail: string;
}

export type TaskOutcome<K extends TaskKind = TaskKind> =
  | { [P in K]: { ok: true } & TaskKinds[P]['result'] }[K]
  | TaskFailure;

/** A task under way, as the document remembers it. */
export interface PendingTask<K extends TaskKind = TaskKind> {
  task: Task<K>;
  /** Epoch milliseconds. */
  since: number;
  /** Times it was begun anew because its process had died. */
  restarts?: number;
}

/**
 * Kinds that may be done twice: one whose process died is begun anew. Others fail as interrupted then, and whoever wanted it decides.
 */
export const restartable: Record<TaskKind, boolean> = {
  download: true,
  uploadLog: true,
  createCsr: true,
  checkRoot: true,
  checkChain: true,
  checkSigner: true,
  checkContract: true,
};

/** A task that takes its process with it each time must not do so for ever. */
export const restartsMost = 3;

/** How long a task may take, real milliseconds, wherever it is done. */
export const taskLimitMs = 120_000;
