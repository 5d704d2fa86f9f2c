// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, App, Button, Segmented, Switch } from 'antd';
import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { usePutAlarmSettings } from '../../../api/alarms';
import { ApiError } from '../../../api/client';
import type { MetricsAlarmRule, MetricsStoredAlarmSettings } from '../../../api/generated';
import { sentence } from '../../../api/sentences';
import { Field, WhoAndWhy } from '../../../components/Field';
import { Panel } from '../../../components/Panel';
import { useText, type Text } from '../../../i18n/text';
import { JsonField } from '../SettingsForm';
import { kPlatform } from '../stored';
import { ConditionFields } from './ConditionFields';
import { useRuleDraft, type Draft, type Tab } from './draft';
import { usualName, type FieldPath, type Problems } from './form';
import { ProblemContext, WordsField } from './inputs';
import { nothingRefused, useJudged } from './judged';
import { inUnitsOf, refusalOf, type Refusal } from './refusal';
import { RulePreview } from './RulePreview';
import {
  changeOf, idOf, ownReceivers, receiversOf, storedOf, type RuleChange,
} from './settings';
import { ReceiversField, TellFields, TellPanel } from './TellFields';
import { WatchFields } from './WatchFields';

const tabs: Tab[] = ['form', 'json'];
const kWhy = 'who_and_why';

export interface Props {
  start: MetricsAlarmRule; // what the form begins with
  was: MetricsAlarmRule | undefined; // what is set and is replaced; undefined: nothing
  all: MetricsStoredAlarmSettings[]; // as they are now
  templates: Set<string>; // names of rules that every service has
  onDone: () => void;
  onReload: () => void;
}

// One rule, as a form or as JSON, beside what it would have said lately.
export function RuleEditor(props: Props): ReactElement {
  const { start, was, all, templates, onDone, onReload } = props;
  const text = useText();
  const { message } = App.useApp();
  const [begun] = useState(() => changeOf(all, was, start));
  const [receivers, setReceivers] = useState(begun.receivers);
  const [why, setWhy] = useState('');
  const [tried, setTried] = useState(0); // how often it was to be saved
  const put = usePutAlarmSettings();
  const draft = useRuleDraft(start, put.reset);
  const change = draft.rule && changeOf(all, was, draft.rule, receivers);
  const refusal = refusalOfPut(put.error, change, text);
  const judged = useJudged(draft.rule);
  const live = judged?.refusal ?? nothingRefused;
  const problems = problemsOf(draft, tried > 0, why, [live, refusal], text);
  const form = useRef<HTMLFormElement>(null);
  useFirstProblem(form, tried, put.failureCount);
  const shown = draft.tab === 'form' ? draft.form : undefined;
  const overtaken = was && overtakenBy(all, was, begun);
  const save = (): void => {
    setTried(tried + 1);
    if (!draft.rule || !change || why.trim() === '' || overtaken) return;
    const { service, settings, version: expectedVersion } = change;
    const next = { service, settings, expectedVersion, whoAndWhy: why.trim(), checkOnly: false };
    put.mutate(next, {
      onSuccess: () => {
        void message.success(text('rule.saved'));
        onDone();
      },
    });
  };
  return (
    <ProblemContext.Provider value={problems}>
      <form ref={form} className="rule-page" noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}>
        <div className="rule-parts">
          <Parts draft={draft} templates={templates} refused={saidOf([live, refusal])} />
          <TellPanel>
            <TellFields form={shown} onChange={draft.change}>
              <ReceiversField rule={draft.rule} was={was} known={receiversOf(all)}
                value={receivers} onChange={setReceivers} />
            </TellFields>
          </TellPanel>
        </div>
        <aside className="rule-aside">
          <RulePreview judged={judged} />
        </aside>
        <Panel className="rule-save">
          <div className="pad">
            <Refused problems={tried > 0 ? problems : {}} rest={refusal.rest} />
            {overtaken && <Overtaken who={overtaken.who_and_why} onReload={onReload} />}
            <WhoAndWhy value={why} problem={problems[kWhy]} onChange={setWhy} />
            <div className="buttons">
              {change && <Home name={change.service} />}
              <Button onClick={onDone}>{text('common.cancel')}</Button>
              <Button type="primary" htmlType="submit" loading={put.isPending}>
                {text('rule.save')}
              </Button>
            </div>
          </div>
        </Panel>
      </form>
    </ProblemContext.Provider>
  );
}

interface PartsProps {
  draft: Draft;
  templates: Set<string>;
  refused: string[];
}

function Parts({ draft, templates, refused }: PartsProps): ReactElement {
  const text = useText();
  const { form, change, tab } = draft;
  const json = tab === 'json';
  return (
    <>
      <Panel>
        <div className="pad rule-top">
          <Segmented aria-label={text('rule.how')} value={tab} onChange={draft.show}
            disabled={draft.problem !== ''}
            options={tabs.map((value) => ({ value, label: text(`rule.${value}`) }))} />
          {json ? (
            <JsonField label={text('rule.json.field')} hint={text('rule.json.hint')}
              value={draft.typed} problem={draft.problem || refused.join('; ')}
              onChange={draft.type} />
          ) : (
            <div className="rule-name">
              <WordsField path="name" label={text('rule.name')} value={form.name}
                placeholder={usualName(form)}
                hint={templates.has(form.name.trim()) ? text('rule.name.template') : undefined}
                onChange={(name) => change({ name })} />
              <Field label={text('rule.enabled')}>
                {(id) => (
                  <span>
                    <Switch id={id} checked={form.enabled}
                      onChange={(enabled) => change({ enabled })} />
                  </span>
                )}
              </Field>
            </div>
          )}
        </div>
      </Panel>
      {!json && <WatchFields form={form} onChange={change} />}
      {!json && <ConditionFields form={form} onChange={change} />}
    </>
  );
}

function Overtaken({ who, onReload }: { who: string; onReload: () => void }): ReactElement {
  const text = useText();
  return (
    <Alert type="warning" showIcon title={text('rule.overtaken', { who })}
      action={<Button size="small" onClick={onReload}>{text('rule.reload')}</Button>} />
  );
}

function Home({ name }: { name: string }): ReactElement {
  const text = useText();
  const said = name === '' ? text('alarms.settings.platform') : name;
  return <span className="note push-left">{text('rule.home', { name: said })}</span>;
}

// How many fields are wrong, and what is wrong with no field.
function Refused({ problems, rest }: { problems: Problems; rest: string[] }): ReactElement | null {
  const text = useText();
  const count = Object.keys(problems).length;
  if (count === 0 && rest.length === 0) return null;
  const fields =
    count === 0 ? [] : [text(count === 1 ? 'rule.refused.one' : 'rule.refused.many', { count })];
  return (
    <Alert type="error" showIcon
      title={[...fields, ...rest].map((one) => <div key={one}>{one}</div>)} />
  );
}

function refusalOfPut(error: unknown, change: RuleChange | undefined, text: Text): Refusal {
  if (!error) return nothingRefused;
  const bad = error instanceof ApiError && error.code === 'INVALID_ARGUMENT' && change;
  if (!bad) return { fields: {}, rest: [sentence(error, text)] };
  return refusalOf(error.message, `rules[${change.at}].`, change.rule.name);
}

// What the form knows by itself, once it was to be saved, and what the server said.
function problemsOf(
  draft: Draft,
  tried: boolean,
  why: string,
  refusals: Refusal[],
  text: Text,
): Problems {
  const own: Problems = {};
  if (tried && why.trim() === '') own[kWhy] = text('rule.why.empty');
  for (const path of draft.unreadable) {
    if (tried || !isEmptyBound(draft, path)) own[path] = wordsOf(draft, path, text);
  }
  const said: Problems = Object.assign({}, ...refusals.map(({ fields }) => fields));
  return { ...(draft.tab === 'form' ? inUnitsOf(said, draft.form) : said), ...own };
}

function isEmptyBound({ form }: Draft, path: FieldPath): boolean {
  return path === 'condition.bound' && form.bound.typed.trim() === '';
}

const counts = ['for_windows', 'recover_windows', 'calls_min'];

function wordsOf(draft: Draft, path: FieldPath, text: Text): string {
  if (isEmptyBound(draft, path)) return text('rule.bound.empty');
  return text(counts.includes(path) ? 'rule.count' : 'rule.number');
}

// As the server says it, for JSON, which has no fields to say it at.
function saidOf(refusals: Refusal[]): string[] {
  const said = refusals.flatMap(({ fields, rest }) => [
    ...Object.entries(fields).map(([path, problem]) => `${path} ${problem}`), ...rest,
  ]);
  return [...new Set(said)];
}

// Somebody else's change since the form was begun; it must not be undone unseen.
function overtakenBy(
  all: MetricsStoredAlarmSettings[],
  was: MetricsAlarmRule,
  begun: RuleChange,
): MetricsStoredAlarmSettings | undefined {
  const home = storedOf(all, begun.service || kPlatform);
  const now = home.settings.rules.find((one) => idOf(one) === idOf(was));
  const same =
    JSON.stringify(now) === JSON.stringify(was) &&
    JSON.stringify(ownReceivers(home.settings, was)) === JSON.stringify(begun.receivers);
  return same ? undefined : home;
}

// After a refusal the keyboard is where something has to be changed.
function useFirstProblem(
  form: RefObject<HTMLFormElement | null>,
  tried: number,
  refused: number,
): void {
  useEffect(() => {
    if (tried === 0) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [form, tried, refused]);
}
