'use client';
// A new run, as a form and as the JSON that is sent: either changes the other. For pipelines there is the curl of it.
import { useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import type { InputOf } from '../../lib/api-types';
import { call, requestOf } from '../../lib/client';
import { type Draft, isObject } from '../../lib/draft';
import { pretty } from '../../lib/format';
import { checkRun, curlOf, newRunDraft } from '../../lib/run-draft';
import { apiSettings } from '../../lib/settings';
import { useUrlState } from '../../lib/url-state';
import { useHealth } from '../shell/shell';
import { NumberField } from '../ui/draft-fields';
import { type OwnDraftForm, useDraftForm } from '../ui/draft-form';
import { Field } from '../ui/field';
import { Problem } from '../ui/problem';
import { PhasesFields } from './phases-fields';
import { RunChargersFields } from './run-chargers-fields';

/** What was filled in last, for the next run: kept as long as the pages are open, and nowhere else, for it may have passwords. */
let before: Draft | undefined;

export function RunForm() {
  const [params, change] = useUrlState();
  const queries = useQueryClient();
  const demo = useHealth().data?.demoCsms !== undefined;
  const form = useDraftForm(
    () => before ?? newRunDraft(),
    (draft) => checkRun(draft, demo),
  );
  const [wrongJson, setWrongJson] = useState('');
  const { draft, mistakes, sending } = form;
  const asJson = params.get('new') === 'json';
  const ready = mistakes.length === 0 && wrongJson === '';
  before = draft;

  async function start(): Promise<void> {
    let runId = '';
    const done = await sending.run('Starting: the chargers are made …', async () => {
      // What does not fit the types is refused by the API, and shown at its field.
      ({ runId } = await call('startFleetRun', draft as unknown as InputOf<'startFleetRun'>));
    });
    if (!done) return;
    void queries.invalidateQueries({ queryKey: ['runs'] });
    change({ new: '', run: runId }, true);
  }

  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void start();
      }}
    >
      <div className="row">
        <Link href="/runs/">Fleet runs</Link>
        <h1>Start a run</h1>
      </div>
      <nav className="tabs" aria-label="Written as">
        {(['form', 'json'] as const).map((name) => (
          <Link
            key={name}
            href={`/runs/?new=${name}`}
            onClick={(event) => {
              // What is no JSON would be lost.
              if (wrongJson !== '') event.preventDefault();
            }}
            {...((name === 'json') === asJson ? { 'aria-current': 'page' as const } : {})}
          >
            {name === 'json' ? 'JSON and curl' : 'Form'}
          </Link>
        ))}
      </nav>
      {asJson ? <AsJson form={form} wrong={wrongJson} onWrong={setWrongJson} /> : <AsForm form={form} />}
      <Problem error={sending.error} />
      {!ready && (
        <ul className="mistakes" aria-label="To be put right">
          {mistakes.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <div className="row end">
        <button type="submit" className="main" disabled={!ready || sending.busy !== ''}>
          {sending.busy || 'Start the run'}
        </button>
      </div>
    </form>
  );
}

function AsForm({ form }: { form: OwnDraftForm }) {
  return (
    <>
      <RunChargersFields form={form} />
      <PhasesFields form={form} />
      <div className="fields">
        <NumberField
          form={form}
          path="seed"
          label="Seed"
          hint="The same seed gives the same plan: which charger, which car, how much, when"
        />
      </div>
    </>
  );
}

function AsJson({ form, wrong, onWrong }: { form: OwnDraftForm; wrong: string; onWrong: (wrong: string) => void }) {
  const [text, setText] = useState(() => pretty(form.draft));
  const copying = useCopy();
  const { key, url } = apiSettings();
  const address = new URL(requestOf('listFleetRuns', {}).url, url || location.href).href;
  const curl = curlOf(address, form.draft, key !== '');

  function edit(next: string): void {
    setText(next);
    try {
      const value: unknown = JSON.parse(next);
      if (!isObject(value)) throw new Error('must be an object: { "chargers": …, "phases": […] }');
      onWrong('');
      form.replace(value);
    } catch (error) {
      onWrong(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <>
      <Field label="The run as JSON" error={wrong}>
        {(props) => (
          <textarea
            {...props}
            className="run-json"
            spellCheck={false}
            value={text}
            onChange={({ target }) => edit(target.value)}
          />
        )}
      </Field>
      {wrong === '' && (
        <section className="card stack" aria-label="For a pipeline">
          <div className="row spread">
            <h2>The same by curl</h2>
            <button type="button" onClick={() => void copying.copy(curl)}>
              Copy
            </button>
          </div>
          <span role="status" className="dim">
            {copying.said}
          </span>
          <pre>{curl}</pre>
        </section>
      )}
    </>
  );
}

function useCopy() {
  const [said, setSaid] = useState('');
  const copy = (text: string) =>
    (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setSaid('Copied.'),
      () => setSaid('The browser does not let this page copy: select the text and copy it by hand.'),
    );
  return { said, copy };
}
