// An FTP server of tests (RFC 959, RFC 2428), also under TLS from the first byte: one user, files in memory, passive mode only, and faults
// that a test asks for.

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { posix } from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface FtpServerOptions {
  user?: string;
  password?: string;
  tls?: TlsOptions;
  /** Directories that there are, besides `/`. */
  directories?: string[];
  /** Only PASV, and with this address in its answer. */
  passiveHost?: string;
  /** Sends so many bytes of a file and then nothing more. */
  stallAfter?: number;
  /** Answers to commands instead of the usual ones. */
  answers?: Record<string, string>;
}

export interface FtpServer {
  port: number;
  /** By absolute path. */
  files: Map<string, Buffer>;
  /** Lines received, in order. */
  commands: string[];
  /** Connections that are open. */
  open(): number;
  close(): Promise<void>;
}

export async function startFtpServer(options: FtpServerOptions = {}): Promise<FtpServer> {
  const files: FtpServer['files'] = new Map();
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const servers = new Set<Server>();

  /** A port that takes connections; also those for data are under TLS where the server is. */
  function listen(onSocket: (socket: Socket) => void): Promise<number> {
    const take = (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      onSocket(socket);
    };
    const server = options.tls ? createTlsServer(options.tls, take) : createServer(take);
    servers.add(server);
    return new Promise((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
    );
  }

  const port = await listen((control) => serve(control, { options, files, commands, listen }));
  return {
    port,
    files,
    commands,
    open: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([...servers].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

interface World {
  options: FtpServerOptions;
  files: Map<string, Buffer>;
  commands: string[];
  listen(onSocket: (socket: Socket) => void): Promise<number>;
}

function serve(control: Socket, { options, files, commands, listen }: World): void {
  const { user = 'charger', password = 'secret', directories = [], stallAfter } = options;
  const reply = (text: string) => control.write(`${text}\r\n`);
  let data: Promise<Socket> = Promise.reject(new Error('no data connection'));
  data.catch(() => {});
  let directory = '/';
  let given = '';
  const pathOf = (name: string) => posix.resolve(directory, name);

  async function passive(): Promise<number> {
    let taken: (socket: Socket) => void = () => {};
    data = new Promise((resolve) => {
      taken = resolve;
    });
    return listen((socket) => taken(socket));
  }

  const verbs: Record<string, (argument: string) => unknown> = {
    USER: (name) => {
      given = name;
      reply('331 password please');
    },
    PASS: (secret) => reply(given === user && secret === password ? '230 welcome' : `530 ${secret} is wrong`),
    TYPE: () => reply('200 as you like'),
    PBSZ: () => reply('200 0'),
    PROT: () => reply('200 private'),
    PWD: () => reply(`257 "${directory}"`),
    CWD: (name) => {
      const there = pathOf(name) === '/' || directories.includes(pathOf(name));
      if (there) directory = pathOf(name);
      reply(there ? '250 gone there' : '550 no such directory');
    },
    EPSV: async () =>
      options.passiveHost ? reply('502 no') : reply(`229 Entering Extended Passive Mode (|||${await passive()}|)`),
    PASV: async () => {
      const at = await passive();
      const host = (options.passiveHost ?? '127.0.0.1').replaceAll('.', ',');
      reply(`227 Entering Passive Mode (${host},${at >> 8},${at & 255})`);
    },
    RETR: async (name) => {
      const file = files.get(pathOf(name));
      if (!file) return reply('550 no such file');
      const socket = await data;
      reply('150 here it comes');
      if (stallAfter !== undefined) return socket.write(file.subarray(0, stallAfter));
      socket.end(file, () => reply('226 there it was'));
    },
    STOR: async (name) => {
      const socket = await data;
      reply('150 go on');
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => {
        files.set(pathOf(name), Buffer.concat(chunks));
        reply('226 got it');
      });
    },
    QUIT: () => control.end('221 bye\r\n'),
  };

  let rest = '';
  reply('220 ready');
  control.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      commands.push(line);
      const [verb = '', ...words] = line.split(' ');
      const answer = options.answers?.[verb];
      if (answer !== undefined) reply(answer);
      else if (verbs[verb]) void verbs[verb](words.join(' '));
      else reply('502 not here');
    }
  });
}
