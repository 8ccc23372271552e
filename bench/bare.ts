// A process of its own: the least that can send the frames our chargers send. N sockets of `ws` send recorded texts one after
// another, each on the answer to the one before, and look at no answer.
import { WebSocket } from 'ws';
import { createCounter, serve } from './child';
import { meterSeconds, type PhaseName, record } from './recording';

const [url = '', count = '0'] = process.argv.slice(2);
const chargers = Number(count);
/** As many connections are opened at the same time as our host opens. */
const dialsAtOnce = 200;

const { frames } = record();
const answered = createCounter();
const clients: Client[] = [];

class Client {
  private todo: string[] = [];
  private next = 0;
  private readonly socket: WebSocket;

  constructor(url: string, onOpen: () => void) {
    this.socket = new WebSocket(url, 'ocpp1.6', { perMessageDeflate: false });
    this.socket.on('open', onOpen);
    this.socket.on('message', () => this.answered());
  }

  play(texts: string[]): void {
    this.todo = texts;
    this.next = 0;
    this.advance();
  }

  private answered(): void {
    answered.add();
    this.advance();
  }

  private advance(): void {
    const text = this.todo[this.next++];
    if (text !== undefined) this.socket.send(text);
  }
}

function open(): void {
  const number = clients.length;
  if (number >= chargers) return;
  const client = new Client(`${url}/BENCH-${number}`, () => {
    client.play(frames.boot);
    open();
  });
  clients.push(client);
}

function playAll(phase: PhaseName): Promise<number> {
  const all = answered.more(frames[phase].length * chargers);
  for (const client of clients) client.play(frames[phase]);
  return all;
}

let tickers: NodeJS.Timeout[] = [];

/** Every client once a second, spread over the second as our chargers are. */
function tick(): Promise<void> {
  return new Promise((resolve) => {
    clients.forEach((client, at) => {
      setTimeout(() => tickers.push(setInterval(sample, 1_000, client)), (at * 1_000) / chargers);
    });
    setTimeout(resolve, 2_000);
  });
}

let sampled = 0;

function sample(client: Client): void {
  const text = frames.meter[Math.floor(sampled++ / chargers) % frames.meter.length];
  if (text !== undefined) client.play([text]);
}

serve({
  boot: {
    run() {
      const all = answered.more(frames.boot.length * chargers);
      for (let dialling = 0; dialling < dialsAtOnce; dialling++) open();
      return all;
    },
  },
  start: { run: () => playAll('start') },
  meter: { prepare: tick, run: () => answered.within(meterSeconds * 1_000) },
  stop: {
    prepare() {
      for (const ticker of tickers) clearInterval(ticker);
      tickers = [];
      return new Promise((resolve) => setTimeout(resolve, 500));
    },
    run: () => playAll('stop'),
  },
});
