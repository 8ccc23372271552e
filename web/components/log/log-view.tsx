'use client';
// The log of some chargers: filters, then the exchanges as a list or as a sequence diagram, past and live.
import { useMemo, useState } from 'react';
import type { ChargerView, Frame } from '../../lib/api-types';
import type { FeedState } from '../../lib/feed';
import { localTime } from '../../lib/format';
import { fitting, type LogFrame, pairsOf } from '../../lib/log';
import { useCatchUp, useLive, usePast } from '../../lib/log-source';
import { useUrlState } from '../../lib/url-state';
import { useAction } from '../ui/action';
import { Problem } from '../ui/problem';
import { Downloads } from './downloads';
import { Filters, filterOf } from './filters';
import { LogList } from './log-list';
import { SequenceView } from './sequence-view';
import './log.css';

interface LogViewProps {
  chargers: readonly ChargerView[];
  /** Of the one charger, where the page around this listens to it. */
  told?: { frames: readonly Frame[]; feed: FeedState; gaps: number };
}

const none: readonly string[] = [];

export function LogView({ chargers, told }: LogViewProps) {
  const [params, change] = useUrlState();
  const reading = useAction();
  const filter = filterOf(params);
  const ids = useMemo(() => chargers.map(({ id }) => id), [chargers.map(({ id }) => id).join('\n')]);
  const past = usePast(ids, filter, reading.run);
  const heard = useLive(told ? none : ids);
  const [first = ''] = ids;
  const live = useMemo(
    () => (told ? told.frames.map((frame): LogFrame => ({ chargerId: first, frame })) : heard.frames),
    [told?.frames, first, heard.frames],
  );
  useCatchUp(told ?? heard, past.news);
  const [held, setHeld] = useState<readonly LogFrame[]>();
  const now = held ?? live;
  const pairs = useMemo(() => pairsOf([...past.frames.toReversed(), ...now]), [past.frames, now]);
  const whole = pairs.filter(({ at }) => at >= past.completeSince);
  const shown = fitting(whole, filter);
  const actions = [...new Set(pairs.map(({ action }) => action).filter(Boolean))].sort();
  const isDrawn = params.get('view') === 'sequence';
  return (
    <div className="stack">
      <Filters filter={filter} actions={actions} onChange={change} />
      <div className="row">
        <fieldset className="row plain">
          <legend className="hidden">Shown as</legend>
          {['List', 'Sequence diagram'].map((name, index) => (
            <label key={name} className="check">
              <input
                type="radio"
                name="view"
                checked={isDrawn === (index === 1)}
                onChange={() => change({ view: index === 1 ? 'sequence' : '' })}
              />
              {name}
            </label>
          ))}
        </fieldset>
        <button type="button" aria-pressed={held !== undefined} onClick={() => setHeld(held ? undefined : live)}>
          {held ? `Go on (${live.length - held.length} new)` : 'Pause'}
        </button>
        <Downloads ids={ids} shown={shown} />
      </div>
      <Problem error={reading.error} onRetry={past.again} />
      <span role="status" className="dim">
        {reading.busy || `${shown.length} of ${whole.length} exchanges`}
        {past.isMore && past.completeSince !== '' && `, since ${localTime(past.completeSince)}`}
      </span>
      {shown.length === 0 && reading.busy === '' && (
        <div className="card empty">
          {pairs.length === 0
            ? 'Nothing has been said yet. Connect the charger, or send something from the console.'
            : 'No message fits: change the search or the filters.'}
        </div>
      )}
      {shown.length > 0 && isDrawn && <SequenceView pairs={shown} chargers={chargers} />}
      {shown.length > 0 && !isDrawn && <LogList pairs={shown} chargers={chargers} onChange={change} />}
      {past.isMore && (
        <div>
          <button type="button" disabled={reading.busy !== ''} onClick={past.more}>
            Read older messages
          </button>
        </div>
      )}
    </div>
  );
}
