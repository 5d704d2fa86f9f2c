// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useContext, type ReactElement } from 'react';
import { Panel } from '../../../components/Panel';
import { useText, type TextKey } from '../../../i18n/text';
import { applies, directions, figures, kinds, pasts } from './form';
import { KnownField, MeasureField, PickField, ProblemContext, WordsField } from './inputs';
import { problemAt } from './refusal';
import { boundUnits, times } from './units';
import type { FieldsProps } from './WatchFields';

const percentiles = ['50', '90', '95', '99', '99.9', '99.99', '99.9999'];
const kPercentile = '99';

// The figure and what must not become of it. Fields that mean nothing are not there.
export function ConditionFields({ form, onChange }: FieldsProps): ReactElement {
  const text = useText();
  const has = (path: string): boolean => applies(path, form);
  const named = <T extends string>(what: string, values: T[]): { value: T; label: string }[] =>
    values.map((value) => ({ value, label: text(`rule.${what}.${value}` as TextKey) }));
  return (
    <Panel title={text('rule.when')}>
      <div className="pad rule-fields">
        <div className="form-grid">
          {has('figure.kind') && (
            <PickField path="figure.kind" label={text('rule.figure')} value={form.figure}
              options={named('figure', figures)} onChange={(figure) => onChange({ figure })} />
          )}
          {has('figure.quantile') && (
            <KnownField path="figure.quantile" label={text('rule.percentile')}
              placeholder={kPercentile} value={form.percentile} known={percentiles}
              onChange={(percentile) => onChange({ percentile })} />
          )}
          <PickField path="condition.kind" label={text('rule.kind')} value={form.kind}
            options={named('kind', kinds)} onChange={(kind) => onChange({ kind })} />
          {has('condition.bound') && (
            <MeasureField path="condition.bound" label={text('rule.bound')} value={form.bound}
              units={boundUnits(form.figure, form.kind)}
              onChange={(bound) => onChange({ bound })} />
          )}
          {has('condition.against') && (
            <PickField path="condition.against" label={text('rule.against')}
              value={form.against} options={named('against', pasts)}
              onChange={(against) => onChange({ against })} />
          )}
          {has('condition.direction') && (
            <PickField path="condition.direction" label={text('rule.direction')}
              value={form.direction} options={named('direction', directions)}
              onChange={(direction) => onChange({ direction })} />
          )}
        </div>
        <div className="form-grid">
          <WordsField path="for_windows" label={text('rule.forWindows')} placeholder="1" number
            value={form.forWindows} onChange={(forWindows) => onChange({ forWindows })} />
          <MeasureField path="window_seconds" label={text('rule.window')} placeholder="1"
            units={times} value={form.window} onChange={(window) => onChange({ window })} />
        </div>
        <Recovery form={form} onChange={onChange} />
      </div>
    </Panel>
  );
}

// Opens by itself when something in it is wrong.
function Recovery({ form, onChange }: FieldsProps): ReactElement {
  const text = useText();
  const problems = useContext(ProblemContext);
  const own = ['recover_windows', 'calls_min', 'completeness_min'];
  const wrong = own.some((path) => problemAt(problems, path) !== '');
  return (
    <details open={wrong || undefined}>
      <summary>{text('rule.more')}</summary>
      <div className="form-grid">
        <WordsField path="recover_windows" label={text('rule.recoverWindows')} placeholder="3"
          number value={form.recoverWindows}
          onChange={(recoverWindows) => onChange({ recoverWindows })} />
        {applies('calls_min', form) && (
          <WordsField path="calls_min" label={text('rule.callsMin')} placeholder="1" number
            value={form.callsMin} onChange={(callsMin) => onChange({ callsMin })} />
        )}
        <WordsField path="completeness_min" label={text('rule.completeness')} placeholder="99"
          suffix="%" number value={form.completeness}
          onChange={(completeness) => onChange({ completeness })} />
      </div>
    </details>
  );
}
