// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useContext, type ReactElement, type ReactNode } from 'react';
import { useAlarms } from '../../../api/alarms';
import type { MetricsAlarmRule } from '../../../api/generated';
import { MapField } from '../../../components/fields';
import { Panel } from '../../../components/Panel';
import { useText, type TextKey } from '../../../i18n/text';
import { severities, type RuleForm } from './form';
import { PickField, ProblemContext, SeveralField, WordsField } from './inputs';
import { problemAt } from './refusal';
import { idOf, isOneService } from './settings';
import type { FieldsProps } from './WatchFields';

// Annotations with a meaning of their own.
const kSummary = 'summary';
const kRunbook = 'runbook_url';

interface Props {
  form: RuleForm | undefined; // undefined: it is shown as JSON
  onChange: FieldsProps['onChange'];
  children: ReactNode; // who is told, which is no part of the rule
}

// How bad it is, whom it tells and what.
export function TellFields({ form, onChange, children }: Props): ReactElement {
  const text = useText();
  if (!form) return <div className="form-grid">{children}</div>;
  const { annotations } = form;
  const { [kSummary]: summary = '', [kRunbook]: runbook = '', ...others } = annotations;
  const annotate = (own: Record<string, string>, rest = others): void => {
    const said = { [kSummary]: summary, [kRunbook]: runbook, ...own };
    const filled = Object.entries(said).filter(([, value]) => value !== '');
    onChange({ annotations: { ...rest, ...Object.fromEntries(filled) } });
  };
  return (
    <>
      <div className="form-grid">
        <PickField path="severity" label={text('rule.severity')} value={form.severity}
          options={severities.map((value) => ({
            value, label: text(`rule.severity.${value}` as TextKey),
          }))}
          onChange={(severity) => onChange({ severity })} />
        {children}
        <WordsField path={`annotations['${kSummary}']`} label={text('rule.summary')}
          placeholder={text('rule.summary.hint')} value={summary}
          onChange={(value) => annotate({ [kSummary]: value })} />
        <WordsField path={`annotations['${kRunbook}']`} label={text('rule.runbook')}
          placeholder="https://" value={runbook}
          onChange={(value) => annotate({ [kRunbook]: value })} />
      </div>
      <Labels form={form} onChange={onChange} others={others}
        onAnnotate={(next) => annotate({}, next)} />
    </>
  );
}

interface LabelsProps extends FieldsProps {
  others: Record<string, string>; // annotations without a field of their own
  onAnnotate: (annotations: Record<string, string>) => void;
}

function Labels({ form, onChange, others, onAnnotate }: LabelsProps): ReactElement {
  const text = useText();
  const problems = useContext(ProblemContext);
  const wrong = ['owner', 'labels', 'annotations'].some((path) => problemAt(problems, path));
  return (
    <details open={wrong || undefined}>
      <summary>{text('rule.tells.more')}</summary>
      <div className="form-grid">
        <WordsField path="owner" label={text('rule.owner')} value={form.owner}
          placeholder={text('rule.owner.hint')} onChange={(owner) => onChange({ owner })} />
        <MapField label="rule.labels" hint={text('rule.labels.hint')} map={form.labels}
          problem={problemAt(problems, 'labels')} onChange={(labels) => onChange({ labels })} />
        <MapField label="rule.annotations" hint={text('rule.annotations.hint')} map={others}
          problem={problemAt(problems, 'annotations')} onChange={onAnnotate} />
      </div>
    </details>
  );
}

interface ReceiversProps {
  rule: MetricsAlarmRule | undefined; // as it is typed
  was: MetricsAlarmRule | undefined; // as it is set
  known: string[];
  value: string[];
  onChange: (receivers: string[]) => void;
}

// A route for this rule alone, or what the routes say.
export function ReceiversField(props: ReceiversProps): ReactElement {
  const { rule, was, known, value, onChange } = props;
  const text = useText();
  const said = useRouted(rule, was);
  const hint =
    value.length > 0
      ? text('rule.receivers.own')
      : (said ?? (known.length === 0 ? text('rule.receivers.none') : undefined));
  return (
    <SeveralField path="receivers" label={text('rule.receivers')} hint={hint} value={value}
      options={known.map((name) => ({ value: name, label: name }))}
      placeholder={text('rule.receivers.usual')} onChange={onChange} />
  );
}

// Whom the routes tell of it; known of a rule of one service once it is set.
function useRouted(
  rule: MetricsAlarmRule | undefined,
  was: MetricsAlarmRule | undefined,
): string | undefined {
  const text = useText();
  const service = was && isOneService(was.service) ? was.service : '';
  const { data } = useAlarms(service === '' ? { limit: 1 } : { service, limit: 1 });
  if (service === '' || !was || !rule || idOf(rule) !== idOf(was)) return undefined;
  const names = data?.rules.find((one) => idOf(one.rule) === idOf(was))?.receivers;
  if (!names) return undefined;
  return names.length > 0
    ? text('rule.receivers.now', { names: names.join(', ') })
    : text('rule.receivers.nobody');
}

// The panel around what both the form and the receivers say.
export function TellPanel({ children }: { children: ReactNode }): ReactElement {
  const text = useText();
  return (
    <Panel title={text('rule.tells')}>
      <div className="pad rule-fields">{children}</div>
    </Panel>
  );
}
