// Command lines of our programs: options that are known, usage on `--help`, and what is wrong said in one line.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What a shell is told when a command line was not understood. */
const misused = 2;

/** Thrown on a command line that is not understood; the message says what is wrong. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface CommandLine<T> {
  usage: string;
  /** Each takes a value. `--help` is there anyway. */
  options: readonly string[];
  /** What the given values come to. @throws UsageError */
  read(values: Record<string, string | undefined>): T;
}

/** The options of this process. Ends it with 0 after `--help`, with 2 after what is not understood. */
export function readCommandLine<T>(line: CommandLine<T>): T {
  try {
    const { help, ...values } = parse(line.options);
    if (help !== true) return line.read(values as Record<string, string | undefined>);
    process.stdout.write(line.usage);
    return process.exit(0);
  } catch (error) {
    if (!isMisuse(error)) throw error;
    // What Node says after that is advice on options that no program here has.
    const [message] = error.message.split(/\. |\.?\n/);
    process.stderr.write(`${message}\n--help tells what there is\n`);
    return process.exit(misused);
  }
}

function parse(options: readonly string[]): Record<string, unknown> {
  const known: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const name of options) known[name] = { type: 'string' };
  return parseArgs({ options: known }).values;
}

function isMisuse(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}
