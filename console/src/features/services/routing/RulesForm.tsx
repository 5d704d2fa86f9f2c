// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import {
  ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined,
} from '@ant-design/icons';
import { AutoComplete, Button, Input } from 'antd';
import type { ReactElement } from 'react';
import type {
  RoutingDestination, RoutingMatch, RoutingMatchOp, RoutingRule,
} from '../../../api/generated';
import { Field } from '../../../components/Field';
import { useText, type TextKey } from '../../../i18n/text';
import {
  ChoiceField, MapField, NumberField, SwitchField, TagsField,
} from '../../../components/fields';
import { moved, newRule, replaced, without } from './lists';
import type { FormProps } from './PolicyForm';

const kRules = 64;

// The rules in their order, which can be changed.
export function RulesForm({ draft, onChange }: FormProps): ReactElement {
  const text = useText();
  const { rules } = draft;
  const change = (next: RoutingRule[]): void => onChange({ ...draft, rules: next });
  return (
    <>
      <ol className="rule-forms">
        {rules.map((rule, i) => (
          <li key={i}>
            <div className="rule-head">
              <b>
                {i + 1}. {rule.name}
              </b>
              <Order
                name={rule.name}
                isFirst={i === 0}
                isLast={i === rules.length - 1}
                onMove={(by) => change(moved(rules, i, by))}
                onRemove={() => change(without(rules, i))}
              />
            </div>
            <RuleForm rule={rule} onChange={(next) => change(replaced(rules, i, next))} />
          </li>
        ))}
      </ol>
      <Button
        icon={<PlusOutlined />}
        disabled={rules.length >= kRules}
        onClick={() => change([...rules, newRule(rules)])}
      >
        {text('route.edit.addRule')}
      </Button>
    </>
  );
}

interface OrderProps {
  name: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function Order({ name, isFirst, isLast, onMove, onRemove }: OrderProps): ReactElement {
  const text = useText();
  return (
    <div className="rule-order">
      <Button type="text" size="small" icon={<ArrowUpOutlined />} disabled={isFirst}
        aria-label={text('route.edit.up', { name })} onClick={() => onMove(-1)} />
      <Button type="text" size="small" icon={<ArrowDownOutlined />} disabled={isLast}
        aria-label={text('route.edit.down', { name })} onClick={() => onMove(1)} />
      <Button type="text" size="small" danger icon={<DeleteOutlined />}
        aria-label={text('route.edit.remove', { name })} onClick={onRemove} />
    </div>
  );
}

interface RuleProps {
  rule: RoutingRule;
  onChange: (rule: RoutingRule) => void;
}

function RuleForm({ rule, onChange }: RuleProps): ReactElement {
  const text = useText();
  const change = (part: Partial<RoutingRule>): void => onChange({ ...rule, ...part });
  return (
    <>
      <div className="form-grid">
        <Field label={text('route.edit.ruleName')}>
          {(id) => <Input id={id} value={rule.name} maxLength={64}
            onChange={(event) => change({ name: event.target.value })} />}
        </Field>
        <NumberField label="route.edit.percent" usual={100} max={100} value={rule.percent}
          onChange={(percent) => change({ percent })} />
        <SwitchField label="route.edit.enabled" on={!rule.disabled}
          onChange={(on) => change({ disabled: !on })} />
        <SwitchField label="route.edit.strict" on={rule.strict}
          onChange={(strict) => change({ strict })} />
      </div>
      <Matches matches={rule.matches} onChange={(matches) => change({ matches })} />
      <Destinations to={rule.to} onChange={(to) => change({ to })} />
    </>
  );
}

const attributes = [
  'caller', 'caller.site', 'caller.region', 'caller.set', 'method', 'key', 'lane', 'header:',
].map((value) => ({ value }));

const ops: { value: RoutingMatchOp; key: TextKey }[] = [
  { value: 'OP_EQUALS', key: 'route.op.equals' },
  { value: 'OP_PREFIX', key: 'route.op.prefix' },
  { value: 'OP_PRESENT', key: 'route.op.present' },
  { value: 'OP_NUMBER_RANGE', key: 'route.op.range' },
];

const newMatch: RoutingMatch = { attribute: '', op: 'OP_EQUALS', values: [], not: false };

interface MatchesProps {
  matches: RoutingMatch[];
  onChange: (matches: RoutingMatch[]) => void;
}

function Matches({ matches, onChange }: MatchesProps): ReactElement {
  const text = useText();
  return (
    <fieldset>
      <legend>{text('route.edit.when')}</legend>
      {matches.map((match, i) => (
        <MatchForm
          key={i}
          match={match}
          onChange={(next) => onChange(replaced(matches, i, next))}
          onRemove={() => onChange(without(matches, i))}
        />
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => onChange([...matches, newMatch])}>
        {text('route.edit.addMatch')}
      </Button>
    </fieldset>
  );
}

interface MatchProps {
  match: RoutingMatch;
  onChange: (match: RoutingMatch) => void;
  onRemove: () => void;
}

function MatchForm({ match, onChange, onRemove }: MatchProps): ReactElement {
  const text = useText();
  const change = (part: Partial<RoutingMatch>): void => onChange({ ...match, ...part });
  return (
    <div className="form-row">
      <Field label={text('route.edit.attribute')}>
        {(id) => <AutoComplete id={id} options={attributes} value={match.attribute}
          placeholder="header:NAME" onChange={(attribute) => change({ attribute })} />}
      </Field>
      <ChoiceField label="route.edit.op" value={match.op} options={ops}
        onChange={(op) => change({ op })} />
      {match.op !== 'OP_PRESENT' && (
        <TagsField label="route.edit.values"
          hint={match.op === 'OP_NUMBER_RANGE' ? '100-199' : 'a, b'}
          tags={match.values} onChange={(values) => change({ values })} />
      )}
      <SwitchField label="route.edit.not" on={match.not} onChange={(not) => change({ not })} />
      <Button type="text" icon={<DeleteOutlined />} aria-label={text('route.edit.removeMatch')}
        onClick={onRemove} />
    </div>
  );
}

interface DestinationsProps {
  to: RoutingDestination[];
  onChange: (to: RoutingDestination[]) => void;
}

function Destinations({ to, onChange }: DestinationsProps): ReactElement {
  const text = useText();
  const change = (i: number, part: Partial<RoutingDestination>): void =>
    onChange(to.map((one, k) => (k === i ? { ...one, ...part } : one)));
  return (
    <fieldset>
      <legend>{text('route.edit.to')}</legend>
      {to.map((one, i) => (
        <div className="form-row" key={i}>
          <MapField label="route.edit.labels" hint="lane=blue, version=2" map={one.labels}
            onChange={(labels) => change(i, { labels })} />
          <NumberField label="route.edit.weight" usual={1} step={1} value={one.weight}
            onChange={(weight) => change(i, { weight })} />
          <Button type="text" icon={<DeleteOutlined />} disabled={to.length === 1}
            aria-label={text('route.edit.removeDestination')}
            onClick={() => onChange(without(to, i))} />
        </div>
      ))}
      <Button size="small" icon={<PlusOutlined />}
        onClick={() => onChange([...to, { labels: {}, weight: 0 }])}>
        {text('route.edit.addDestination')}
      </Button>
    </fieldset>
  );
}
