// Block F, Remote Control, as a value. TriggerMessage is put together from the triggers of all blocks; see merge.ts.
import type { Block } from '../block';
import { requestStart, requestStop, unlockConnector } from './requests';

export const remoteControl: Block = {
  name: 'F Remote Control',
  handlers: {
    RequestStartTransaction: requestStart,
    RequestStopTransaction: requestStop,
    UnlockConnector: unlockConnector,
  },
};
