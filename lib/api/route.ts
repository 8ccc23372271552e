// Which operations a path could mean: for answers to unknown routes and wrong methods. Hosts route by themselves.
import type { Operation } from './operation';
import { ProblemError } from './problem';

function fits(operation: Operation, segments: string[]): boolean {
  const parts = operation.route.split('/');
  return parts.length === segments.length && parts.every((part, at) => part.startsWith('{') || part === segments[at]);
}

/** What to answer where no operation matched: 405 with `Allow` if another method would have, else 404. `path` is below `/api/`. */
export function routeProblem(operations: readonly Operation[], method: string, path: string): ProblemError {
  const segments = path.replace(/^\/|\/$/g, '').split('/');
  const allowed = [...new Set(operations.filter((operation) => fits(operation, segments)).map((o) => o.method))];
  if (allowed.length === 0) {
    return new ProblemError('no-such-route', `there is no route /api/${segments.join('/')}; /api/docs lists them all`);
  }
  const allow = allowed.join(', ');
  return new ProblemError('method-not-allowed', `${method} is not possible here; ${allow} is`, {}, { allow });
}
