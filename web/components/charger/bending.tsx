'use client';
// What is bent at this charger, a switch each; common ways to bend it; a form for any other; and exact again.
import { useOptimistic, useState, useTransition } from 'react';
import { keepAside, readAside } from '../../lib/aside';
import { presetsOf } from '../../lib/bend-presets';
import {
  type ActiveBend,
  activeBends,
  type Bend,
  type BendKind,
  behaviourOf,
  bendKey,
  bendWords,
  faultsOf,
} from '../../lib/bending';
import { call } from '../../lib/client';
import { useAction } from '../ui/action';
import { Problem } from '../ui/problem';
import { BendForm } from './bend-form';
import type { TabProps } from './tabs';

interface Switched extends ActiveBend {
  on: boolean;
}

export function Bending({ charger, refresh }: TabProps) {
  const { id: chargerId, protocol, behaviour, networkFaults } = charger;
  const action = useAction();
  const [aside, setAside] = useState(() => readAside(chargerId));
  const [, startTransition] = useTransition();
  const active = activeBends(charger);
  const real: Switched[] = [
    ...active.map((bend) => ({ ...bend, on: true })),
    ...aside.map((bend) => ({ ...bend, on: false })),
  ];
  // A switch shows at once what is wanted; it falls back when the charger refuses.
  const [shown, want] = useOptimistic(real, (_, wanted: Switched[]) => wanted);

  /** Gives the charger what is on, as far as it changes; what is off stays here. */
  async function apply(wanted: Switched[], changed: ReadonlySet<BendKind>): Promise<boolean> {
    const on = wanted.filter((bend) => bend.on);
    const done = await action.run('Bending it …', async () => {
      if ([...changed].some((kind) => kind !== 'network')) {
        await call('setBehaviour', { chargerId, ...behaviourOf(on) });
      }
      if (changed.has('network')) {
        const seed = networkFaults ? { seed: networkFaults.seed } : {};
        await call('setNetworkFaults', { chargerId, faults: faultsOf(on), ...seed });
      }
    });
    if (done) {
      const off = wanted.filter((bend) => !bend.on).map(({ kind, rule }): Bend => ({ kind, rule }));
      keepAside(chargerId, off);
      setAside(off);
    }
    await refresh();
    return done;
  }

  function change(wanted: Switched[], changed: ReadonlySet<BendKind>): void {
    startTransition(async () => {
      want(wanted);
      await apply(wanted, changed);
    });
  }

  const add = (bend: Bend) => apply([...real, { ...bend, on: true }], new Set([bend.kind]));
  const toggle = (at: number) => {
    const bend = real[at];
    if (!bend) return;
    change(real.with(at, { ...bend, on: !bend.on }), new Set([bend.kind]));
  };
  const forget = (at: number) => {
    const bend = real[at];
    if (bend) change(real.toSpliced(at, 1), new Set(bend.on ? [bend.kind] : []));
  };
  const exact = () =>
    change(
      real.map((bend) => ({ ...bend, on: false })),
      new Set<BendKind>(['incoming', 'network']),
    );
  const busy = action.busy !== '';
  const waiting = behaviour?.waitingCalls ?? 0;
  const onTheWay = networkFaults?.onTheWay ?? 0;

  return (
    <div className="stack">
      <section className="card stack" aria-label="What is bent">
        <div className="row spread">
          <h2 style={{ margin: 0 }}>What is bent</h2>
          <button type="button" disabled={busy || active.length === 0} onClick={exact}>
            Exact again
          </button>
        </div>
        {shown.length === 0 ? (
          <p className="dim">
            Nothing: the charger behaves exactly as the specification asks, and its network is good. Choose below what
            shall be otherwise.
          </p>
        ) : (
          <ul className="bends">
            {shown.map((bend, at) => (
              <BendLine
                key={`${bendKey(bend)} ${at}`}
                bend={bend}
                busy={busy}
                onToggle={() => toggle(at)}
                onForget={() => forget(at)}
              />
            ))}
          </ul>
        )}
        {(waiting > 0 || onTheWay > 0) && (
          <p className="dim">
            {waiting > 0 && `${waiting} calls of the CSMS wait. `}
            {onTheWay > 0 && `${onTheWay} frames are on the way.`}
          </p>
        )}
        <p className="dim">
          The first rule that fits applies. Each change starts the counts anew, and answers calls that wait. What is
          switched off is kept in this browser.
        </p>
        <span role="status" className="dim">
          {action.busy}
        </span>
        <Problem error={action.error} onDismiss={action.clear} />
      </section>
      <section className="card stack" aria-label="Common cases">
        <h2>Common cases</h2>
        <div className="presets">
          {presetsOf(protocol).map(({ title, kind, rule }) => (
            <button key={title} type="button" disabled={busy} onClick={() => void add({ kind, rule })}>
              {title}
            </button>
          ))}
        </div>
      </section>
      <BendForm protocol={protocol} busy={busy} onAdd={add} />
    </div>
  );
}

interface BendLineProps {
  bend: Switched;
  busy: boolean;
  onToggle: () => void;
  onForget: () => void;
}

function BendLine({ bend, busy, onToggle, onForget }: BendLineProps) {
  const words = bendWords(bend);
  return (
    <li className={bend.on ? '' : 'off'}>
      <span className="switch">
        <button
          type="button"
          role="switch"
          aria-checked={bend.on}
          aria-label={words}
          disabled={busy}
          onClick={onToggle}
        >
          <span aria-hidden="true" className="knob" />
        </button>
      </span>
      <span className="words">
        {words}
        {bend.on && bend.done !== undefined && (
          <span className="dim">
            {' '}
            (applied {bend.done} of {bend.seen})
          </span>
        )}
      </span>
      <button type="button" className="link" aria-label={`Forget: ${words}`} disabled={busy} onClick={onForget}>
        Forget
      </button>
    </li>
  );
}
