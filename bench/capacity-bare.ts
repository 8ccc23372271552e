// A process of its own: the least that can do what the chargers of the capacity benchmark do. N sockets of `ws` connect, send recorded
// texts one after another up to a transaction, then a meter value every so often, and look at no answer.
import { WebSocket } from 'ws';
import { record } from './recording';
import { answerSamples } from './sample';

const [url = '', count = '0', meterSeconds = '10'] = process.argv.slice(2);
const chargers = Number(count);
/** As many connections are opened at the same time as our host opens. */
const dialsAtOnce = 200;

const { frames } = record();
const ramp = [...frames.boot, ...frames.start];
const addresses = (process.env.SOURCE_ADDRESSES ?? '').split(',').filter((address) => address !== '');
let opened = 0;

class Client {
  private next = 0;
  private readonly socket: WebSocket;

  constructor(number: number) {
    const localAddress = addresses[number % addresses.length];
    const options = { perMessageDeflate: false, ...(localAddress === undefined ? {} : { localAddress }) };
    this.socket = new WebSocket(`${url}/BARE-${number}`, 'ocpp1.6', options);
    this.socket.on('open', () => this.begin());
    this.socket.on('message', () => this.advance());
  }

  private begin(): void {
    this.advance();
    open();
  }

  private advance(): void {
    const text = ramp[this.next++];
    if (text !== undefined) this.socket.send(text);
    else if (this.next === ramp.length + 1) setInterval(meter, Number(meterSeconds) * 1_000, this);
  }

  send(text: string): void {
    this.socket.send(text);
  }
}

let metered = 0;

function meter(client: Client): void {
  const text = frames.meter[metered++ % frames.meter.length];
  if (text !== undefined) client.send(text);
}

function open(): void {
  if (opened < chargers) new Client(opened++);
}

answerSamples(() => {
  for (let dialling = 0; dialling < dialsAtOnce; dialling++) open();
});
process.send?.({ kind: 'ready' });
