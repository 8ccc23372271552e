// The two small languages the host reads: NCRONTAB schedules and ASP.NET route templates.
import { nextOccurrence, parseCron } from '../support/functions-host/cron';
import { httpRoutes, matchRoute } from '../support/functions-host/routes';

const at = (text: string) => Date.parse(text);

describe('schedules', () => {
  it.each([
    ['0 * * * * *', '2026-01-05T08:00:00.000Z', '2026-01-05T08:01:00.000Z'],
    ['0 * * * * *', '2026-01-05T08:00:59.999Z', '2026-01-05T08:01:00.000Z'],
    ['*/15 * * * * *', '2026-01-05T08:00:31Z', '2026-01-05T08:00:45.000Z'],
    ['0 */5 * * * *', '2026-01-05T08:56:00Z', '2026-01-05T09:00:00.000Z'],
    ['0 30 9-17 * * 1-5', '2026-01-09T17:30:00Z', '2026-01-12T09:30:00.000Z'],
    ['0 0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['30 8 * * *', '2026-01-05T08:30:00Z', '2026-01-06T08:30:00.000Z'],
  ])('%s after %s', (expression, after, next) => {
    expect(new Date(nextOccurrence(parseCron(expression), at(after))).toISOString()).toBe(next);
  });

  it.each(['', '* * *', '0 60 * * * *', 'a * * * * *'])('"%s" is refused', (expression) => {
    expect(() => parseCron(expression)).toThrow(expression);
  });
});

describe('routes', () => {
  const functions = [
    ['get', 'things/{id}', ['GET']],
    ['all', 'things/all', ['GET']],
    ['drop', 'things/{id}', ['DELETE']],
    ['maybe', 'maybe/{one?}', ['GET']],
    ['rest', '{*path}', ['GET', 'POST']],
  ].map(([name, route, methods]) => ({
    name: String(name),
    bindings: { http: { type: 'httpTrigger', direction: 'in' as const, route, methods } },
  }));
  const routes = httpRoutes(functions, 'api');

  it.each([
    ['GET', '/api/things/all', 'all', {}],
    ['GET', '/api/things/a%2Fb%20c', 'get', { id: 'a%2Fb c' }],
    ['DELETE', '/api/things/all', 'drop', { id: 'all' }],
    ['GET', '/api/maybe', 'maybe', {}],
    ['GET', '/api/maybe/yes', 'maybe', { one: 'yes' }],
    ['POST', '/api/things/1/2', 'rest', { path: 'things/1/2' }],
  ])('%s %s', (method, path, name, params) => {
    const match = matchRoute(routes, method, path);
    expect([match?.route.functionName, match?.params]).toEqual([name, params]);
  });

  it('nothing for another method or outside the prefix', () => {
    expect(matchRoute(routes, 'PATCH', '/api/things/1')).toBeUndefined();
    expect(matchRoute(routes, 'GET', '/things/1')).toBeUndefined();
  });
});
