// Gives chargers the configuration of another one: keys, in 2.x variables, that differ from what they were created with.
import { ApiError, call } from './client';

/** @throws ApiError that says that the chargers are there all the same */
export async function copyConfiguration(from: string, to: readonly string[]): Promise<void> {
  try {
    await copy(from, to);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const title = `Created, but not all with the configuration of ${from}`;
    throw new ApiError(error.status, title, error.message, [], error.problem);
  }
}

async function copy(from: string, to: readonly string[]): Promise<void> {
  const [first] = to;
  if (first === undefined) return;
  const [wanted, had] = await Promise.all([readConfiguration(from), readConfiguration(first)]);
  // The chargers are alike: what the first one lacks, all do.
  const differing = [...wanted].filter(([key, value]) => had.has(key) && had.get(key) !== value);
  if (differing.length === 0) return;
  const configuration = Object.fromEntries(differing);
  for (const chargerId of to) await call('setConfiguration', { chargerId, configuration });
}

/** What can be set: the rest follows from the model, or from what happens. */
async function readConfiguration(chargerId: string): Promise<Map<string, string>> {
  const { configuration } = await call('getConfiguration', { chargerId });
  return new Map(
    configuration.flatMap(({ key, value, readonly }) => (readonly || value === undefined ? [] : [[key, value]])),
  );
}
