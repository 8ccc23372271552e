'use client';
// The OCPP log of one charger, as a tab of its page.
import type { ChargerView, Frame } from '../../lib/api-types';
import type { FeedState } from '../../lib/feed';
import { LogView } from './log-view';

interface MessageLogProps {
  charger: ChargerView;
  state: { frames: readonly Frame[]; feed: FeedState; gaps: number };
}

/** What is told of the charger is listened to by its page already. */
export function MessageLog({ charger, state }: MessageLogProps) {
  return <LogView chargers={[charger]} told={state} />;
}
