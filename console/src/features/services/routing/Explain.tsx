// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, Button, Input } from 'antd';
import { useState, type FormEvent, type ReactElement } from 'react';
import type { RoutingExplainReply } from '../../../api/generated';
import { useExplain } from '../../../api/routing';
import { sentence } from '../../../api/sentences';
import { Field } from '../../../components/Field';
import { useText, type TextKey } from '../../../i18n/text';
import { fromTags } from '../../../lib/tags';
import { TagsField } from '../../../components/fields';

interface Props {
  service: string;
  host: string; // whose word is asked for; '': any caller's
}

const kWords = ['key', 'method', 'lane', 'caller'] as const;
type Word = (typeof kWords)[number];
const kHints: Record<Word, string> = {
  key: 'user-7', method: 'package.Service/Method', lane: 'blue', caller: 'line/service',
};

// Where one call would go and why, by the word of a host that makes such calls.
export function Explain({ service, host }: Props): ReactElement {
  const text = useText();
  const [words, setWords] = useState<Record<Word, string>>({
    key: '', method: '', lane: '', caller: '',
  });
  const [headers, setHeaders] = useState<string[]>([]);
  const explain = useExplain();
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    explain.mutate({ service, host, ...words, headers: fromTags(headers) });
  };
  return (
    <form className="explain pad" onSubmit={ask}>
      <div className="form-grid">
        {kWords.map((word) => (
          <Field key={word} label={text(`route.explain.${word}` satisfies TextKey)}>
            {(id) => (
              <Input id={id} value={words[word]} placeholder={kHints[word]}
                onChange={(event) => setWords({ ...words, [word]: event.target.value.trim() })} />
            )}
          </Field>
        ))}
        <TagsField label="route.explain.headers" hint="x-user=7" tags={headers}
          onChange={setHeaders} />
      </div>
      <Button htmlType="submit" loading={explain.isPending}>
        {text('route.explain.ask')}
      </Button>
      {Boolean(explain.error) && (
        <Alert type="warning" showIcon title={sentence(explain.error, text)} />
      )}
      {explain.data && !explain.error && <Explained reply={explain.data} />}
    </form>
  );
}

function Explained({ reply }: { reply: RoutingExplainReply }): ReactElement {
  const text = useText();
  const { steps, host, path, address, problem } = reply;
  return (
    <section aria-label={text('route.explain.steps')}>
      <p className="why">{text('route.explain.by', { host })}</p>
      <ol className="steps">
        {steps.map((step, k) => (
          <li key={k}>
            <span className="chip">{step.stage}</span>
            <span>{step.text}</span>
          </li>
        ))}
      </ol>
      {path === '' ? (
        <Alert type="warning" showIcon title={text('route.explain.nobody')} description={problem} />
      ) : (
        <Alert type={problem === '' ? 'success' : 'warning'} showIcon
          title={text('route.explain.goes', { address })}
          description={problem === '' ? path : `${path} · ${problem}`} />
      )}
    </section>
  );
}
