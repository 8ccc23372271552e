// Logs: one line each, levels, and secrets masked whatever is logged.
import { createLogger, type LogOptions, mask } from '../../lib/host/log';

function lines(options: Partial<LogOptions>) {
  const written: string[] = [];
  const logger = createLogger({
    level: 'info',
    format: 'json',
    write: (line) => written.push(line),
    clock: () => 0,
    ...options,
  });
  return { logger, written };
}

describe('the log', () => {
  it('is one JSON object per line', () => {
    const { logger, written } = lines({});
    logger.warn({ message: 'two\nlines', chargerId: 'CP-1' });
    expect(written).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"warn","message":"two\\nlines","chargerId":"CP-1"}\n',
    ]);
  });

  it('leaves out what is below its level', () => {
    const { logger, written } = lines({ level: 'warn' });
    logger.debug({ message: 'a' });
    logger.info({ message: 'b' });
    logger.warn({ message: 'c' });
    logger.error({ message: 'd' });
    expect(written.map((line) => JSON.parse(line).message)).toEqual(['c', 'd']);
  });

  it('is for people with pretty', () => {
    const { logger, written } = lines({ format: 'pretty' });
    logger.info({ message: 'started', port: 7071 });
    expect(written).toEqual(['00:00:00.000 INFO  started {"port":7071}\n']);
  });

  it('tells of errors what they say', () => {
    const { logger, written } = lines({});
    logger.error({ message: 'fatal', error: new TypeError('broken') });
    expect(JSON.parse(written[0] ?? '').error).toMatchObject({ name: 'TypeError', message: 'broken' });
  });

  it('masks secrets by name, at any depth', () => {
    const secrets = {
      password: 'x',
      API_KEY: 'x',
      'x-functions-key': 'x',
      authorization: 'x',
      tls: { key: 'x' },
      COSMOS_KEY: 'x',
    };
    expect(JSON.stringify(mask([secrets]))).not.toContain('x"');
    expect(mask({ idToken: 'TAG-1', keys: 3 })).toEqual({ idToken: 'TAG-1', keys: 3 });
  });

  it('masks secrets by what they look like', () => {
    const text =
      'ws://user:pass1@host/x?code=pass2&y=1 AccountKey=pass3;Z=1 Basic pass4 -----BEGIN RSA PRIVATE KEY-----\npass5\n-----END RSA PRIVATE KEY-----';
    expect(mask(text)).toBe('ws://***@host/x?code=***&y=1 AccountKey=***;Z=1 Basic *** ***');
    expect(mask(new Error(text))).toMatchObject({ message: expect.not.stringContaining('pass') });
  });
});
