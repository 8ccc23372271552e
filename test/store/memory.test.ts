import { createMemoryStore } from '../../lib/store/memory';
import { describeStore } from '../contracts/store-contract';

describeStore('memory', async () => {
  const store = createMemoryStore({ ttlDays: 7 });
  return { store, close: () => store.close() };
});
