'use client';
// One exchange: a line that unfolds to the payloads, with what their schemas mind marked in place.
import type { ChargerView, Frame } from '../../lib/api-types';
import { curlLine, curlOf } from '../../lib/curl';
import { pretty } from '../../lib/format';
import { bentBy, brokenBy, type Pair } from '../../lib/log';
import type { Message, Schema } from '../../lib/schema';
import { findings } from '../../lib/schema-check';
import { demoRequest } from '../../lib/send-message';
import { Copy } from '../ui/copy';
import { Json } from '../ui/json';
import { Time } from '../ui/time';

export interface PairProps {
  pair: Pair;
  charger: ChargerView;
  /** There are others: say whose it is. */
  named: boolean;
  message: Message | undefined;
  /** The demo CSMS, where that is the counterpart. */
  demoUrl: string | undefined;
  isOpen: boolean;
  onFold: (isOpen: boolean) => void;
  onChange: (change: Record<string, string>) => void;
}

const tone = { answered: 'good', error: 'bad', 'no answer': 'warn', invalid: 'bad' };

export function PairLine({ pair, named, isOpen, onFold, ...props }: PairProps) {
  const { at, chargerId, from, action, outcome, answer } = pair;
  const broken = brokenBy(pair);
  const bent = bentBy(pair);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => onFold(currentTarget.open)}>
      <summary>
        <Time at={at} className="dim" focusable={false} /> {named && <span>{chargerId} </span>}
        {from === 'charger' ? 'charger → CSMS' : 'CSMS → charger'} <strong>{action || 'a frame'}</strong>{' '}
        <span className={`badge ${tone[outcome]}`}>
          {outcome === 'error' ? (answer?.error?.code ?? 'error') : outcome}
        </span>
        {answer?.durationMs !== undefined && <span className="dim"> {answer.durationMs} ms</span>}
        {broken.length > 0 && <span className="badge bad"> breaks {broken.join(', ')}</span>}
        {bent.length > 0 && <span className="badge warn"> {bent.join(', ')}</span>}
      </summary>
      <Exchange pair={pair} {...props} />
    </details>
  );
}

type ExchangeProps = Omit<PairProps, 'named' | 'isOpen' | 'onFold'>;

/** Both payloads, and what can be done with them. */
export function Exchange({ pair, charger, message, demoUrl, onChange }: ExchangeProps) {
  const { call, answer, at } = pair;
  const curl = call && curlFor(pair, call, charger, message?.request, demoUrl);
  return (
    <div className="stack inside">
      <div className="cards">
        {call && <Half title="Request" frame={call} schema={message?.request} />}
        {answer && <Half title="Answer" frame={answer} schema={message?.response} />}
      </div>
      <div className="row">
        {curl !== undefined && <Copy label="Copy as curl" text={() => curl} />}
        <Copy label="Copy as JSON" text={() => pretty([call, answer].filter(Boolean))} />
        <button type="button" onClick={() => onChange({ since: at })}>
          From here on
        </button>
        <button type="button" onClick={() => onChange({ until: answer?.at ?? at })}>
          Up to here
        </button>
      </div>
    </div>
  );
}

function Half({ title, frame, schema }: { title: string; frame: Frame; schema: Schema | undefined }) {
  const { at, type, error, payload } = frame;
  const isChecked = schema && (type === 'call' || type === 'result');
  return (
    <div className="half">
      <h3>
        {title} <Time at={at} className="dim" />
      </h3>
      <Json
        value={error ? { ...error, details: payload } : payload}
        found={isChecked ? findings(schema, payload) : []}
      />
    </div>
  );
}

/** The same call once more: of the charger by the API, of the CSMS where the demo CSMS is it. */
function curlFor(
  { action }: Pair,
  { direction, payload }: Frame,
  charger: ChargerView,
  schema: Schema | undefined,
  demoUrl: string | undefined,
): string | undefined {
  const fits = schema !== undefined && findings(schema, payload).length === 0;
  const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
  if (direction === 'received') {
    return demoUrl && curlLine(demoRequest(demoUrl, charger.identity, action, payload, fits));
  }
  const chargerId = charger.id;
  if (!isObject) return curlOf('sendFrame', { chargerId, text: JSON.stringify([2, 'again-1', action, payload]) });
  const unchecked = fits ? {} : { validate: false };
  return curlOf('sendMessage', {
    chargerId,
    action,
    payload: payload as Record<string, unknown>,
    fill: false,
    ...unchecked,
  });
}
