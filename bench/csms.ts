// A process of its own: the CSMS that both sides of the benchmark talk to. Answers every CALL at once, checks and keeps nothing.
import { WebSocketServer } from 'ws';
import { answerTo } from './answers';

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  backlog: 4096,
  handleProtocols: () => 'ocpp1.6',
});

server.on('connection', (socket) => {
  socket.on('message', (data) => socket.send(answerTo(data.toString())));
  socket.on('error', () => {});
});

server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object' && address) process.send?.({ kind: 'ready', port: address.port });
});

process.on('disconnect', () => process.exit(0));
