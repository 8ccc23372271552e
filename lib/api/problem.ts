// Errors as callers see them: RFC 9457 problem documents, and which of our errors becomes which. Who catches is `handle.ts`.

import type { Refusal, RefusalKind } from '../charger/command';
import { CommandRefused } from '../charger/context';
import { InvalidChargerError } from '../charger/create';
import type { LoggedFrame } from '../charger/effect';
import {
  BadContinuationError,
  DamagedDocumentError,
  ExistsError,
  StaleError,
  StoreUnavailableError,
} from '../simulator/ports';
import { AwayError, BusyError, InterruptedError, UnknownChargerError } from '../simulator/service';
import { exchangeOf } from './exchange';

/** Every kind of problem there is: its status and title. The key is the fragment of its `type`, explained on the docs page. */
export const problemKinds = {
  'bad-input': { status: 400, title: 'The request is not valid' },
  'no-key': { status: 401, title: 'A key is required' },
  'forbidden-origin': { status: 403, title: 'The request comes from a place that is not allowed' },
  'unknown-charger': { status: 404, title: 'There is no such charger' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'no-feed': { status: 404, title: 'This host has no live feed' },
  'no-such-route': { status: 404, title: 'There is no such route' },
  'method-not-allowed': { status: 405, title: 'The route does not take this method' },
  exists: { status: 409, title: 'It exists already' },
  busy: { status: 409, title: 'The charger is busy' },
  'wrong-state': { status: 409, title: 'The state of the charger does not allow it' },
  'key-reused': { status: 409, title: 'The Idempotency-Key was used for another request' },
  interrupted: { status: 409, title: 'The request was interrupted, its outcome is not known' },
  stale: { status: 412, title: 'It has changed since it was read' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is not JSON' },
  'refused-by-csms': { status: 422, title: 'The CSMS refused' },
  internal: { status: 500, title: 'Something went wrong here' },
  damaged: { status: 500, title: 'What the store holds of it cannot be read' },
  misconfigured: { status: 500, title: 'A setting of the host is wrong' },
  unreachable: { status: 502, title: 'The CSMS cannot be reached' },
  protocol: { status: 502, title: 'The CSMS answered outside the protocol' },
  unavailable: { status: 503, title: 'The store, or a part of the host, cannot be used now' },
  timeout: { status: 504, title: 'It did not happen in time' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemKind = keyof typeof problemKinds;

export interface FieldError {
  path: string;
  message: string;
}

/** Thrown to answer with a problem document; `extra` becomes further members of it. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  constructor(
    readonly kind: ProblemKind,
    detail: string,
    readonly extra: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
  }
}

/** 400 with what was wrong, where, and what would be right. */
export function badInput(errors: FieldError[]): ProblemError {
  const detail = errors.map((e) => (e.path ? `${e.path}: ${e.message}` : e.message)).join('; ');
  return new ProblemError('bad-input', detail, { errors });
}

const kindOfRefusal = {
  badInput: 'bad-input',
  notFound: 'not-found',
  wrongState: 'wrong-state',
  stale: 'stale',
  refusedByCsms: 'refused-by-csms',
  unreachable: 'unreachable',
  protocol: 'protocol',
  timeout: 'timeout',
} as const satisfies Record<RefusalKind, ProblemKind>;

/** What a refused command is answered with: why, what was tried, and the frames exchanged so far. */
export function refusalProblem(
  refusal: Refusal,
  exchange: LoggedFrame[],
  tried: Record<string, unknown>,
): ProblemError {
  const errors = refusal.errors ? { errors: refusal.errors } : {};
  const extra = { ...refusal.extra, ...errors, tried, ...exchangeOf(exchange) };
  return new ProblemError(kindOfRefusal[refusal.kind], refusal.detail, extra);
}

/** A refusal of what only reads: nothing was tried, and no frame exchanged. */
function readingRefused({ kind, detail, errors }: Refusal): ProblemError {
  return new ProblemError(kindOfRefusal[kind], detail, errors ? { errors } : {});
}

/** Any error as a problem; what nobody foresaw becomes 500 and tells nothing of its inside. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof CommandRefused) return readingRefused(error.refusal);
  if (error instanceof InvalidChargerError) return badInput(error.errors);
  if (error instanceof UnknownChargerError) return unknownCharger(error.chargerId);
  if (error instanceof ExistsError) return new ProblemError('exists', error.message);
  if (error instanceof StaleError) return new ProblemError('stale', 'it has changed meanwhile: read it again');
  if (error instanceof DamagedDocumentError) return new ProblemError('damaged', error.message);
  if (error instanceof BusyError) return new ProblemError('busy', error.message, {}, { 'retry-after': '1' });
  if (error instanceof AwayError) return new ProblemError('unavailable', error.message, {}, { 'retry-after': '1' });
  if (error instanceof InterruptedError) return new ProblemError('interrupted', error.message);
  if (error instanceof BadContinuationError) {
    return badInput([
      { path: 'continuation', message: 'not a continuation of this list: pass on the one of the last page' },
    ]);
  }
  if (error instanceof StoreUnavailableError) {
    const detail = 'the store cannot be used now: try again; the log of the host says why';
    return new ProblemError('unavailable', detail, {}, { 'retry-after': '1' });
  }
  return new ProblemError('internal', 'an unexpected error; the log of the host says more');
}

export function unknownCharger(id: string): ProblemError {
  return new ProblemError('unknown-charger', `there is no charger ${id}`);
}

/** The document itself. Members of `extra` never replace the standard ones. */
export function problemDocument(problem: ProblemError): Record<string, unknown> {
  const { status, title } = problemKinds[problem.kind];
  const standard = { type: `/api/docs#${problem.kind}`, title, status, detail: problem.message };
  return { ...standard, ...problem.extra, ...standard };
}
