// Stands in for `func` where there is none, so that the smoke suite itself is tried: `func --version`, and `func start --port N` in an
// app's folder, served by the Functions host of the tests. Run from elsewhere than the repository, it is told where that is.
import { join } from 'node:path';

async function start(port: number): Promise<void> {
  const bundle = join(process.cwd(), 'main.js');
  process.chdir(process.env.REPOSITORY ?? '.');
  // It looks for its worker process from where it is loaded.
  const { startFunctionsHost } = await import('./functions-host/host');
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
  const host = await startFunctionsHost({ bundle, env, port });
  process.on('SIGINT', () => void host.close().finally(() => process.exit()));
}

const [command, , port] = process.argv.slice(2);
if (command === '--version') process.stdout.write('4.0.0\n');
else
  start(Number(port)).catch((error: unknown) => {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  });
