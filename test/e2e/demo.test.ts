// `npm run demo` as somebody sees it who tries the simulator for the first time: the built program, in each version it can play.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { supportedProtocols } from '../../lib/charger/dialects';

const program = resolve(__dirname, '../../dist/local/demo.js');

function play(...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...options], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('the demo', () => {
  it.each(supportedProtocols)('plays a session in %s from plug to unplug', (protocol) => {
    const { status, stdout, stderr } = play('--protocol', protocol, '--speed', '600');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('BootNotification');
    expect(stdout).toContain('The CSMS has the transaction with exactly 2000 Wh; the connector is Available again.');
  });

  it('says what it can play', () => {
    const { status, stderr } = play('--protocol', 'ocpp1.2');
    expect(status).toBe(2);
    expect(stderr).toContain(`--protocol must be one of ${supportedProtocols.join(', ')}`);
  });

  it('tells its options, and takes no others', () => {
    const help = play('--help');
    expect([help.status, help.stderr]).toEqual([0, '']);
    for (const option of ['--protocol', '--speed', '--help']) expect(help.stdout).toContain(option);
    expect(play('--fast')).toEqual({
      status: 2,
      stdout: '',
      stderr: "Unknown option '--fast'\n--help tells what there is\n",
    });
    expect(play('--speed', '0').status).toBe(2);
  });
});
