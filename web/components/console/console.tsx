'use client';
// Speaks OCPP by hand: any message of the charger, or of the CSMS where that is the demo CSMS; a raw frame; and what was sent so far.
import { useState } from 'react';
import type { ChargerView } from '../../lib/api-types';
import { useMessages } from '../../lib/messages';
import type { SentMessage } from '../../lib/sent';
import { useUrlState } from '../../lib/url-state';
import { useDemoOf } from '../shell/shell';
import { Problem } from '../ui/problem';
import { ChooseMessage } from './choose-message';
import { RawFrame } from './raw-frame';
import { SentList } from './sent-list';

type Side = 'charger' | 'csms' | 'raw';

const sides: Record<Side, string> = {
  charger: 'From the charger',
  csms: 'From the demo CSMS',
  raw: 'A raw frame',
};

export interface ConsoleProps {
  charger: ChargerView;
  refresh: () => Promise<void>;
}

export function Console({ charger, refresh }: ConsoleProps) {
  const { id: chargerId, protocol } = charger;
  const messages = useMessages(protocol);
  const demoUrl = useDemoOf()(charger);
  const [params, change] = useUrlState();
  const asked = params.get('side') as Side | null;
  const side: Side = asked === 'raw' || (asked === 'csms' && demoUrl !== undefined) ? asked : 'charger';
  /** A message of before that is to be changed and sent. */
  const [edited, setEdited] = useState<SentMessage>();
  const choose = (next: Record<string, string>) => {
    setEdited(undefined);
    change(next);
  };
  const edit = (sent: SentMessage) => {
    setEdited(sent);
    change({ side: sent.side === 'charger' ? '' : sent.side, action: sent.action });
  };
  return (
    <div className="stack">
      <fieldset className="row">
        <legend>Who speaks</legend>
        {(Object.keys(sides) as Side[])
          .filter((one) => one !== 'csms' || demoUrl !== undefined)
          .map((one) => (
            <label key={one} className="check">
              <input
                type="radio"
                name="side"
                checked={side === one}
                onChange={() => choose({ side: one === 'charger' ? '' : one, action: '' })}
              />
              {sides[one]}
            </label>
          ))}
      </fieldset>
      <Problem error={messages.error} onRetry={() => void messages.refetch()} />
      {side === 'raw' && <RawFrame charger={charger} refresh={refresh} />}
      {side !== 'raw' && messages.isPending && <p className="dim">Reading the messages of OCPP …</p>}
      {side !== 'raw' && messages.data && (
        <ChooseMessage
          side={side}
          charger={charger}
          messages={messages.data}
          demoUrl={demoUrl ?? ''}
          action={params.get('action') ?? ''}
          onAction={(action) => choose({ action })}
          edited={edited}
          refresh={refresh}
        />
      )}
      <SentList charger={charger} demoUrl={demoUrl ?? ''} onEdit={edit} refresh={refresh} key={chargerId} />
    </div>
  );
}
