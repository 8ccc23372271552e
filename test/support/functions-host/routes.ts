// ASP.NET route templates as HTTP triggers use them: which function a request goes to. Constraints are read over.
import type { FunctionMetadata } from './protocol';

export interface HttpRoute {
  functionName: string;
  /** Upper case; empty: any. */
  methods: string[];
  authLevel: string;
  segments: string[];
}

export interface RouteMatch {
  route: HttpRoute;
  params: Record<string, string>;
}

export function httpRoutes(functions: FunctionMetadata[], prefix: string): HttpRoute[] {
  const routes = functions.flatMap((one) => routeOf(one, prefix));
  // The more literal a route is, the earlier it is asked.
  return routes.sort((a, b) => rank(a).localeCompare(rank(b)));
}

function routeOf({ name, bindings }: FunctionMetadata, prefix: string): HttpRoute[] {
  const trigger = Object.values(bindings).find(({ type }) => type === 'httpTrigger');
  if (!trigger) return [];
  const route = typeof trigger.route === 'string' ? trigger.route : name;
  const methods = Array.isArray(trigger.methods) ? trigger.methods.map((method) => String(method).toUpperCase()) : [];
  const segments = split(`${prefix}/${route}`);
  return [{ functionName: name, methods, authLevel: String(trigger.authLevel ?? 'function'), segments }];
}

const split = (path: string) => path.split('/').filter((segment) => segment !== '');

const rank = ({ segments }: HttpRoute) =>
  segments.map((one) => (one.startsWith('{*') ? 'c' : one.startsWith('{') ? 'b' : 'a')).join('');

/** @returns undefined when no function takes this method and path: the host answers 404 */
export function matchRoute(routes: HttpRoute[], method: string, path: string): RouteMatch | undefined {
  const given = split(path);
  for (const route of routes) {
    if (route.methods.length > 0 && !route.methods.includes(method)) continue;
    const params = matchSegments(route.segments, given);
    if (params) return { route, params };
  }
  return undefined;
}

function matchSegments(template: string[], given: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [at, segment] of template.entries()) {
    const parameter = /^\{(\*{0,2})([^:?=}]+)[^}]*?(\?)?\}$/.exec(segment);
    const value = given[at];
    if (!parameter) {
      if (value?.toLowerCase() !== segment.toLowerCase()) return undefined;
      continue;
    }
    const [, star, name = '', optional] = parameter;
    if (star) return { ...params, [name]: given.slice(at).map(decode).join('/') };
    if (value === undefined && !optional) return undefined;
    if (value !== undefined) params[name] = decode(value);
  }
  return given.length > template.length ? undefined : params;
}

/** An escaped slash stays escaped, as in ASP.NET Core. */
function decode(segment: string): string {
  try {
    return segment
      .split(/(%2f)/i)
      .map((part) => (/^%2f$/i.test(part) ? part : decodeURIComponent(part)))
      .join('');
  } catch {
    return segment;
  }
}
