'use client';
// The log as a file: what is shown, or all there is.
import { fileOf } from '../../lib/client';
import { saveFile } from '../../lib/files';
import { ndjsonOf, type Pair } from '../../lib/log';
import { useAction } from '../ui/action';
import { Problem } from '../ui/problem';

export function Downloads({ ids, shown }: { ids: readonly string[]; shown: readonly Pair[] }) {
  const action = useAction();
  const name = ids.length === 1 ? ids[0] : `${ids.length}-chargers`;
  const all = () =>
    action.run('Downloading …', async () => {
      const texts = await Promise.all(ids.map((id) => wholeLog(id, ids.length > 1)));
      saveFile(`${name}.ndjson`, texts.join(''), 'application/x-ndjson');
    });
  return (
    <>
      <button
        type="button"
        disabled={shown.length === 0}
        onClick={() => saveFile(`${name}-shown.ndjson`, ndjsonOf(shown, ids.length > 1), 'application/x-ndjson')}
      >
        Download what is shown
      </button>
      <button type="button" disabled={action.busy !== ''} onClick={() => void all()}>
        {action.busy || 'Download all as NDJSON'}
      </button>
      <Problem error={action.error} onDismiss={action.clear} />
    </>
  );
}

async function wholeLog(chargerId: string, named: boolean): Promise<string> {
  const text = await (await fileOf('listMessages', { chargerId, format: 'ndjson' })).text();
  const mark = `{"chargerId":${JSON.stringify(chargerId)},`;
  return named ? text.replace(/^\{/gm, mark) : text;
}
