// Words for what is no answer of the API: silence, and answers of whatever stands in front of it or in its place.

interface Words {
  title: string;
  detail: string;
}

/** Nothing came back from `where`. */
export function silence(where: string, timedOut: boolean): string {
  if (!navigator.onLine && !/\/\/(localhost|127\.|\[::1\])/.test(where)) {
    return `This browser is offline, so ${where} cannot be reached.`;
  }
  if (timedOut)
    return `${where} has taken too long to answer. What was asked for may have happened all the same: look before it is done again.`;
  return `${where} does not answer. Is the simulator running there?`;
}

/** An answer that is no JSON. */
export function unreadable(where: string, status: number, retryAfter: string | null): Words {
  const known = words[status];
  if (known) {
    const wait =
      status === 429 && retryAfter !== null && /^\d+$/.test(retryAfter) ? ` It asks for ${retryAfter} s.` : '';
    return { title: known.title, detail: `${known.detail.replace('{where}', where)}${wait}` };
  }
  if (status >= 500) {
    return {
      title: `Status ${status}`,
      detail: `${where} failed without saying why. The log of the host, or of what stands in front of it, says more.`,
    };
  }
  return { title: 'Not the API', detail: `What answers at ${where} is not the API of a charger simulator.` };
}

const words: Record<number, Words> = {
  401: { title: 'The key is missing or wrong', detail: '{where} wants the key of its API.' },
  403: { title: 'Refused', detail: '{where} lets nobody ask from here.' },
  413: { title: 'Too large', detail: 'What was sent is larger than {where} takes.' },
  429: { title: 'Too many requests', detail: '{where} takes no more for now: try again in a moment.' },
  502: { title: 'Nothing behind it', detail: '{where} is there, but the simulator behind it does not answer.' },
  503: { title: 'Not ready', detail: '{where} is there, but not ready: it may be starting. Try again in a moment.' },
  504: {
    title: 'Too slow',
    detail: 'The simulator behind {where} did not answer in time. What was asked for may have happened all the same.',
  },
};
