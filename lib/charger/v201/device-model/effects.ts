// Names of what the controller has to do when a variable changes. The tables of variables say which; the functional blocks that are
// concerned do it (see `Effects`).
import type { Context } from '../../context';

/** One name per thing that follows the value of a variable while the charger runs. */
export type Effect =
  | 'heartbeat' // heartbeats at another interval
  | 'ping' // WebSocket pings likewise
  | 'alignedData' // clock-aligned meter values
  | 'sampledData' // periodic meter values
  | 'availability' // a cache, a list or a function was switched on or off
  | 'credentials' // what the charger identifies itself with
  | 'clock' // time zone and offset
  | 'chargingLimit' // a limit from outside
  | 'monitoring'; // monitors follow another level or switch

/** What each of them means; given by the controller that the model belongs to. */
export type Effects = Record<Effect, (context: Context) => void>;
