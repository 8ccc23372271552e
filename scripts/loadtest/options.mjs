// What `npm run loadtest` can be told, and what Locust is told of it. Options that are not ours go to Locust as they are.

/** Ours: the default, and what a value must look like. Switches have `false`. */
const known = {
  users: { default: '100', like: /^[1-9]\d*$/, means: 'a number of users' },
  'spawn-rate': { like: /^\d+(\.\d+)?$/, means: 'users per second' },
  'run-time': { default: '2m', like: /^(\d+h)?(\d+m)?(\d+s?)?$/, means: 'a time such as 90s, 5m or 1h30m' },
  class: { default: 'SessionUser', like: /^\w+(,\w+)*$/, means: 'user classes, such as SessionUser,OutageUser' },
  shape: { like: /^\w+$/, means: 'the name of a file in locust/shapes' },
  workers: { default: '0', like: /^\d+$/, means: 'a number of worker processes' },
  out: { like: /./, means: 'a directory for the report' },
  ui: { default: false },
  prepare: { default: false },
};

/** Thrown on options that make no sense; the message says which. */
export class UsageError extends Error {
  name = 'UsageError';
}

/** Options by name, and under `rest` what is for Locust. @throws UsageError */
export function readOptions(args) {
  const given = new Map(Object.entries(known).map(([name, option]) => [name, option.default]));
  const rest = [];
  for (let at = 0; at < args.length; at++) {
    const [, name, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(args[at]) ?? [];
    const option = Object.hasOwn(known, name ?? '') ? known[name] : undefined;
    if (!option) rest.push(args[at]);
    else if (option.default === false) given.set(name, true);
    else given.set(name, checked(name, option, value ?? args[++at]));
  }
  return { ...Object.fromEntries(given), rest };
}

function checked(name, { like, means }, value) {
  if (value !== undefined && value !== '' && like.test(value)) return value;
  throw new UsageError(`--${name} needs ${means}, not ${value === undefined ? 'nothing' : JSON.stringify(value)}`);
}

/** Locust's command line. `port` is where master and workers meet; `runTag` marks the chargers of this run. */
export function locustArguments(options, { runTag, port, out }) {
  const { users, class: classes, shape, workers, ui, rest } = options;
  const files = ['locustfile.py', ...(shape === undefined ? [] : [`shapes/${shape}.py`])];
  // A twentieth a second: everybody is there after 20 s.
  const spawnRate = options['spawn-rate'] ?? String(Math.max(1, Number(users) / 20));
  const face = ui ? [] : ['--headless', '--run-time', options['run-time'], '--only-summary'];
  const meeting = ['--master-bind-host', '127.0.0.1', '--master-bind-port', port, '--master-port', port];
  return [
    ...['-f', files.join(',')],
    ...classes.split(','),
    ...['--users', users, '--spawn-rate', spawnRate, ...face],
    ...['--html', `${out}/report.html`, '--csv', `${out}/run`],
    ...(workers === '0' ? [] : ['--processes', workers, ...meeting]),
    ...['--run-tag', runTag, ...rest],
  ];
}
