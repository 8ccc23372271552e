'use client';
// Which message, and what its form begins with: what the charger would send now, what the page knows, or a message of before.
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ChargerView } from '../../lib/api-types';
import { call } from '../../lib/client';
import { defaultsOf, knownOf } from '../../lib/csms-defaults';
import type { Payload } from '../../lib/payload';
import type { Messages } from '../../lib/schema';
import type { SentMessage, Side } from '../../lib/sent';
import { Problem } from '../ui/problem';
import { type Beginning, MessageForm } from './message-form';

interface ChooseProps {
  side: Side;
  charger: ChargerView;
  messages: Messages;
  /** Where the demo CSMS takes commands. */
  demoUrl: string;
  action: string;
  onAction: (action: string) => void;
  edited: SentMessage | undefined;
  refresh: () => Promise<void>;
}

const first = { charger: 'Heartbeat', csms: 'TriggerMessage' };

export function ChooseMessage({ side, messages, action: asked, onAction, edited, ...props }: ChooseProps) {
  const id = useId();
  const actions = Object.keys(messages)
    .filter((name) => messages[name]?.from === side || messages[name]?.from === 'both')
    .sort();
  const action = actions.includes(asked) ? asked : first[side];
  const message = messages[action];
  const again = edited?.side === side && edited.action === action ? edited : undefined;
  return (
    <div className="card stack">
      <div className="field">
        <label htmlFor={id}>Message</label>
        <select id={id} value={action} onChange={({ target }) => onAction(target.value)}>
          {actions.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </div>
      {message && <Begun key={`${side} ${action} ${again?.key}`} {...{ side, action, message, again }} {...props} />}
    </div>
  );
}

type BegunProps = Omit<ChooseProps, 'messages' | 'onAction' | 'edited'> & {
  message: Messages[string];
  again: SentMessage | undefined;
};

/** Waits for what the form begins with. */
function Begun({ again, ...props }: BegunProps) {
  const { side, charger, action, message } = props;
  const [about, setAbout] = useState<{ connectorId?: number; evseId?: number }>({});
  const [count, setCount] = useState(0);
  const [anew, setAnew] = useState(false);
  const [asJson, setAsJson] = useState(false);
  const beginning = useQuery({
    queryKey: ['draft', charger.id, side, action, about, count],
    queryFn: (): Promise<Beginning> => (side === 'charger' ? drafted() : Promise.resolve(known())),
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  function drafted(): Promise<Beginning> {
    return call('draftMessage', { chargerId: charger.id, action, ...about });
  }
  function known(): Beginning {
    return { payload: defaultsOf(message.request, knownOf(charger, Date.now())), problems: [] };
  }
  const fillIn = (payload: Payload) => {
    setAbout(side === 'charger' ? addressIn(payload) : {});
    setCount(count + 1);
    setAnew(true);
  };
  const editing = { asJson, onAsJson: setAsJson, onFillIn: fillIn };
  if (again && !anew) {
    const stands: Beginning = { payload: again.whole, problems: [] };
    return <MessageForm {...props} {...editing} told="As it was sent." beginning={stands} isDraft={false} />;
  }
  if (beginning.isPending) return <p className="dim">Filling in what the charger would send now …</p>;
  const { data = { payload: {}, problems: [] }, error } = beginning;
  const isDraft = side === 'charger' && !error;
  return (
    <>
      <Problem error={error} onRetry={() => void beginning.refetch()} />
      <MessageForm
        key={count}
        {...props}
        {...editing}
        told={isDraft ? 'Filled in with what the charger would send now.' : 'Filled in with what this page knows.'}
        beginning={data}
        isDraft={isDraft}
      />
    </>
  );
}

/** The connector or EVSE that a payload names: what is filled in again is about that one. */
function addressIn({ connectorId, evseId, evse }: Payload): { connectorId?: number; evseId?: number } {
  const named = evseId ?? (evse as { id?: unknown } | undefined)?.id;
  const isPlace = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
  return { ...(isPlace(connectorId) ? { connectorId } : {}), ...(isPlace(named) ? { evseId: named } : {}) };
}
