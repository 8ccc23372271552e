'use client';
// What the CSMS has done against the specification: each rule with its section, and the frames that broke it.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Frame, OutputOf } from '../../lib/api-types';
import { call } from '../../lib/client';
import { pretty } from '../../lib/format';
import { useAction } from '../ui/action';
import { Problem } from '../ui/problem';
import { Time } from '../ui/time';
import type { TabProps } from './tabs';

type Violation = OutputOf<'listViolations'>['violations'][number];

export function Violations({ charger, refresh }: TabProps) {
  const { id: chargerId, violationsRecorded = 0 } = charger;
  const action = useAction();
  const found = useQuery({
    queryKey: ['violations', chargerId, violationsRecorded],
    queryFn: () => call('listViolations', { chargerId }),
    placeholderData: (before) => before,
  });
  if (!found.data) {
    if (found.error) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
    return <p className="dim">Reading the violations …</p>;
  }
  const { total, rules, violations } = found.data;
  if (total === 0) return <div className="card empty">The CSMS has kept to the specification so far.</div>;
  return (
    <div className="stack">
      <div className="row spread">
        <strong>{total} in all</strong>
        <button
          type="button"
          disabled={action.busy !== ''}
          onClick={() => void action.run('Clearing …', () => call('clearViolations', { chargerId })).then(refresh)}
        >
          {action.busy || 'Forget them'}
        </button>
      </div>
      <Problem error={found.error ?? action.error} />
      {rules.map(({ rule, section, words, count }) => {
        const latest = violations.filter((one) => one.rule === rule);
        return (
          <section key={rule} className="card stack" aria-label={rule}>
            <h2 style={{ margin: 0 }}>
              {rule} <span className="badge bad">{count}</span>
            </h2>
            <p style={{ margin: 0 }}>
              <strong>{section}</strong>: {words}
            </p>
            {latest.length === 0 && (
              <p className="dim">None of the latest ten: the log has the frames of the earlier ones.</p>
            )}
            {latest.map((one, index) => (
              <OneViolation key={`${one.at} ${one.messageId} ${index}`} chargerId={chargerId} violation={one} />
            ))}
          </section>
        );
      })}
    </div>
  );
}

function OneViolation({ chargerId, violation }: { chargerId: string; violation: Violation }) {
  const { at, action, detail, messageId, section } = violation;
  const [open, setOpen] = useState(false);
  return (
    <div>
      <Time at={at} /> {action && <strong>{action}</strong>} {detail} <span className="dim">({section})</span>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>The frames around it</summary>
        {open && <FramesAround chargerId={chargerId} at={at} action={action} messageId={messageId} />}
      </details>
    </div>
  );
}

interface AroundProps {
  chargerId: string;
  at: string;
  action: string | undefined;
  messageId: string | undefined;
}

/** A violation is recorded as its frame comes in; the log may have the frame some milliseconds off. */
const aroundMs = 2_000;

/** By time; a charger whose clock has been bent finds its frames by their action. Oldest first. */
async function readFrames({ chargerId, at, action, messageId }: AroundProps): Promise<Frame[]> {
  const time = Date.parse(at);
  const span = { from: new Date(time - aroundMs).toISOString(), to: new Date(time + aroundMs).toISOString() };
  const near = await call('listMessages', { chargerId, ...span, limit: 500 });
  const found = framesOf(near.messages, messageId);
  if (found.length > 0 || action === undefined || messageId === undefined) return found;
  const alike = await call('listMessages', { chargerId, action, limit: 500 });
  return framesOf(alike.messages, messageId);
}

function FramesAround(props: AroundProps) {
  const { chargerId, at, messageId } = props;
  const found = useQuery({
    queryKey: ['framesAround', chargerId, at, messageId],
    queryFn: () => readFrames(props),
  });
  if (found.error) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <p className="dim">Reading the log …</p>;
  const frames = found.data;
  if (frames.length === 0) {
    return <p className="dim">The log has no frame of it: it was a handshake, or the log has forgotten it.</p>;
  }
  return frames.map((frame, index) => (
    <div key={`${frame.at} ${index}`}>
      <div>
        {frame.direction === 'sent' ? 'charger → CSMS' : 'CSMS → charger'} <strong>{frame.action}</strong> {frame.type}{' '}
        <Time at={frame.at} />
      </div>
      <pre>{pretty(frame.error ?? frame.payload)}</pre>
    </div>
  ));
}

/** Those of the message; without an id, those that are marked as wrong. */
function framesOf(frames: readonly Frame[], messageId: string | undefined): Frame[] {
  const own = frames.filter((frame) =>
    messageId === undefined ? (frame.violations?.length ?? 0) > 0 : frame.messageId === messageId,
  );
  return own.toReversed();
}
