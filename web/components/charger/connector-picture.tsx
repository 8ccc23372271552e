'use client';
// A connector as a picture: the charger with its lamp and socket, the lock, the cable with what flows in it, the EV with its battery. The
// same is said in words, for whoever does not see it.
import type { ConnectorView } from '../../lib/api-types';
import { kilo } from '../../lib/format';
import { isFaulty, toneOf } from './connector-words';

interface PictureProps {
  name: string;
  connector: ConnectorView;
  /** The charger has no mains. */
  off: boolean;
}

export function ConnectorPicture({ name, connector, off }: PictureProps) {
  const { cable = 'none', ev, locked = false, powerW = 0 } = connector;
  const plugged = cable === 'connected';
  const flowing = powerW > 0;
  return (
    <svg className="picture" viewBox="0 0 360 154" role="img" aria-label={inWords(name, connector, off)}>
      <Station tone={off ? '' : toneOf(connector)} off={off} />
      {isFaulty(connector) && <FaultMark />}
      {plugged && <Cable flowing={flowing} />}
      {cable === 'station' && <path className="line" d="M96 92 C 120 92, 112 132, 150 132" />}
      <Lock closed={locked} />
      {flowing && (
        <text className="strong" x="170" y="62" textAnchor="middle">
          {kilo(powerW, 'W')}
        </text>
      )}
      {plugged && !flowing && (
        <text className="dim" x="170" y="70" textAnchor="middle">
          no power flows
        </text>
      )}
      <Car ev={plugged ? ev : undefined} />
    </svg>
  );
}

function Station({ tone, off }: { tone: string; off: boolean }) {
  return (
    <g>
      <rect className="body" x="22" y="14" width="66" height="122" rx="9" />
      <rect className="glass" x="31" y="24" width="48" height="26" rx="4" />
      <circle className={`lamp ${tone}`} cx="55" cy="37" r="8" />
      <path className="ink" d="M57 58 L 49 72 H 61 L 53 86" />
      <circle className="glass" cx="88" cy="92" r="9" />
      <circle className="solid" cx="86" cy="90" r="1.6" />
      <circle className="solid" cx="90" cy="90" r="1.6" />
      <circle className="solid" cx="88" cy="95" r="1.6" />
      {/* The status itself stands beside the picture, in its badge. */}
      {off && (
        <text className="dim" x="55" y="151" textAnchor="middle">
          power off
        </text>
      )}
    </g>
  );
}

function FaultMark() {
  return (
    <g>
      <path className="fault" d="M78 8 L 96 40 H 60 Z" />
      <text className="fault-mark" x="78" y="36" textAnchor="middle">
        !
      </text>
    </g>
  );
}

const cablePath = 'M96 92 C 140 92, 140 118, 180 118 S 214 96, 240 96';

function Cable({ flowing }: { flowing: boolean }) {
  return (
    <g>
      <path className={flowing ? 'line flowing' : 'line'} d={cablePath} />
      {flowing && <path className="flow" d={cablePath} />}
      {/* Which way, also for those who want no motion. */}
      {flowing && <path className="arrow" d="M172 106 L 194 118 L 172 130 Z" />}
    </g>
  );
}

/** A padlock beside the socket. */
function Lock({ closed }: { closed: boolean }) {
  return (
    <g transform="translate(102 62)">
      <rect className={closed ? 'solid' : 'glass'} x="0" y="8" width="15" height="12" rx="2" />
      <path className="ink" d={closed ? 'M3 8 V 5 a 4.5 4.5 0 0 1 9 0 V 8' : 'M3 8 V 3 a 4.5 4.5 0 0 1 9 0'} />
    </g>
  );
}

const battery = { x: 262, y: 84, width: 62, height: 22 };

function Car({ ev }: { ev: ConnectorView['ev'] }) {
  const outline = 'M236 112 V 96 q 0 -6 6 -7 l 14 -3 q 12 -24 30 -24 h 22 q 18 0 28 26 q 10 2 10 12 v 12 Z';
  if (!ev) {
    return (
      <g>
        <path className="ink away" d={outline} />
        <text className="dim" x="292" y="134" textAnchor="middle">
          no EV
        </text>
      </g>
    );
  }
  const { soc, batteryCapacityWh, suspended } = ev;
  return (
    <g>
      <path className="body" d={outline} />
      <circle className="glass" cx="262" cy="114" r="10" />
      <circle className="glass" cx="324" cy="114" r="10" />
      <rect className="glass" {...battery} rx="3" />
      <rect
        className={soc < 20 ? 'level low' : 'level'}
        x={battery.x + 2}
        y={battery.y + 15}
        width={Math.max(1, ((battery.width - 4) * soc) / 100)}
        height={battery.height - 17}
      />
      <text x={battery.x + battery.width / 2} y={battery.y + 12} textAnchor="middle" fontSize="12">
        {Math.round(soc)} %
      </text>
      <text className="dim" x="292" y="142" textAnchor="middle">
        {suspended ? 'takes nothing, ' : ''}
        {kilo(batteryCapacityWh, 'Wh')}
      </text>
      <circle className="solid" cx="238" cy="96" r="4" />
    </g>
  );
}

function inWords(name: string, connector: ConnectorView, off: boolean): string {
  const { cable = 'none', ev, locked, powerW = 0, status, errorCode } = connector;
  const cables: Record<string, string> = {
    none: 'no cable in the socket',
    station: 'a cable in the socket without an EV',
    connected: 'the cable is plugged into the EV',
  };
  return [
    `${name}: ${off ? 'power off' : status}`,
    isFaulty(connector) ? `broken, ${errorCode}` : '',
    `${cables[cable] ?? cable}${locked ? ' and locked' : ', not locked'}`,
    ev && cable === 'connected' ? `the EV has ${Math.round(ev.soc)} % of ${kilo(ev.batteryCapacityWh, 'Wh')}` : 'no EV',
    powerW > 0 ? `${kilo(powerW, 'W')} flow from the charger to the EV` : 'no power flows',
  ]
    .filter(Boolean)
    .join('; ');
}
