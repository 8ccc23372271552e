// Azurite from npm as the storage of a Functions host: in memory, on free ports, gone afterwards.
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort, retried, startProgram } from './programs';

/** The last release for Node 20. Fetched when it is first used: it is large, and nothing else needs it. */
const azurite = 'azurite@3.35.0';

/** Published, and the same in every emulator. */
const account =
  'AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Storage {
  connectionString: string;
  close(): Promise<void>;
}

/** @throws Error with what it printed when it does not come up */
export async function startAzurite(): Promise<Storage> {
  const [blob, queue, table] = [await freePort(), await freePort(), await freePort()];
  const ports = ['--blobPort', blob, '--queuePort', queue, '--tablePort', table].map(String);
  const options = ['--inMemoryPersistence', '--silent', '--skipApiVersionCheck', '--disableTelemetry'];
  const program = startProgram('npx', ['--yes', azurite, ...options, ...ports]);
  await retried(program, () => Promise.all([blob, queue, table].map(accepts)));
  const endpoint = (kind: string, port: number) => `${kind}Endpoint=http://127.0.0.1:${port}/devstoreaccount1`;
  const endpoints = [endpoint('Blob', blob), endpoint('Queue', queue), endpoint('Table', table)];
  return {
    connectionString: ['DefaultEndpointsProtocol=http', account, ...endpoints, ''].join(';'),
    close: program.close,
  };
}

async function accepts(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect').finally(() => socket.destroy());
}
