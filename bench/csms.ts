// A process of its own: the CSMS that all sides of the benchmarks talk to. Answers every CALL at once, checks and keeps nothing but
// how many there were. Asked, it tells that number, or when so many transactions have been started.
import { WebSocketServer } from 'ws';
import { answerTo } from './answers';

export interface CsmsOrder {
  kind: 'count' | 'awaitStarts';
  /** Of `awaitStarts`: how many more transactions are to be started. */
  starts?: number;
}

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  backlog: 4096,
  handleProtocols: () => 'ocpp1.6',
});

let calls = 0;
let starts = 0;
let startsWanted = Number.POSITIVE_INFINITY;

function count(call: string): void {
  calls += 1;
  if (!call.includes('"StartTransaction"')) return;
  starts += 1;
  if (starts !== startsWanted) return;
  startsWanted = Number.POSITIVE_INFINITY;
  process.send?.({ kind: 'started', at: Date.now() });
}

server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const call = data.toString();
    socket.send(answerTo(call));
    count(call);
  });
  socket.on('error', () => {});
});

server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object' && address) process.send?.({ kind: 'ready', port: address.port });
});

process.on('message', (order: CsmsOrder) => {
  if (order.kind === 'count') process.send?.({ kind: 'count', calls });
  else startsWanted = starts + (order.starts ?? 0);
});
process.on('disconnect', () => process.exit(0));
