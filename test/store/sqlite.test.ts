import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../lib/store/sqlite';
import { describeStore } from '../contracts/store-contract';

describeStore('sqlite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'store-'));
  const store = openSqliteStore({ dir, messageLogTtlDays: 7 });
  return {
    store,
    async close() {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
});
