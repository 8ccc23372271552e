// Block O, Display Message, as a value: the messages of the CSMS, and the display that shows them with tariff and cost.
import { touch } from '../../context';
import type { Block } from '../block';
import { filledReport, reportAnswered, reportFailed } from '../paged-reports';
import { pagers } from '../pagers';
import { viewDisplays } from './display';
import { clearDisplayMessage, getDisplayMessages, setDisplayMessage, steerMessages } from './messages';

export const displayMessage: Block = {
  name: 'O Display Message',
  handlers: {
    ClearDisplayMessage: clearDisplayMessage,
    GetDisplayMessages: (context, request) => getDisplayMessages(context, request, pagers),
    SetDisplayMessage: setDisplayMessage,
  },
  answers: { NotifyDisplayMessages: (context, call) => reportAnswered(context, call, pagers) },
  failures: { NotifyDisplayMessages: (context, call) => reportFailed(context, call, pagers) },
  fill: { NotifyDisplayMessages: filledReport({ action: 'NotifyDisplayMessages', selection: {} }, pagers) },
  timers: { displayMessages: touch },
  moments: { clockChanged: touch, reconcile: steerMessages },
  view: (charger, now) => ({ displays: viewDisplays(charger, now) }),
};
