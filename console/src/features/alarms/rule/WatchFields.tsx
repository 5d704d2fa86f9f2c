// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactElement } from 'react';
import { useData, useFigures } from '../../../api/figures';
import type { MetricsAlarmMatcher } from '../../../api/generated';
import { useServices } from '../../../api/queries';
import { nameOf } from '../../../components/figureNames';
import { Panel } from '../../../components/Panel';
import { useText, type Text } from '../../../i18n/text';
import {
  conditionsOf, dimensions, kHour, newestMinute, type Dimension,
} from '../../../lib/question';
import type { RuleForm } from './form';
import { KnownField, PickField, SeveralField } from './inputs';
import { isOneService } from './settings';

const kServices = 20; // offered
const kValues = 50;
const kGroupsBy = 4;

export interface FieldsProps {
  form: RuleForm;
  onChange: (part: Partial<RuleForm>) => void;
}

// Which service, which of its calls, and what has an alarm of its own.
export function WatchFields({ form, onChange }: FieldsProps): ReactElement {
  const text = useText();
  const services = useServices(form.service.replaceAll('*', ''), kServices, '');
  const names = services.data?.services.map(({ service }) => service) ?? [];
  const { where } = form;
  const replace = (at: number, next: MetricsAlarmMatcher[]): void =>
    onChange({ where: [...where.slice(0, at), ...next, ...where.slice(at + 1)] });
  return (
    <Panel title={text('rule.watch')}>
      <div className="pad rule-fields">
        <div className="form-grid">
          <KnownField path="service" label={text('rule.service')}
            hint={text('rule.service.hint')} value={form.service} known={names}
            onChange={(service) => onChange({ service })} />
          <SeveralField path="group_by" label={text('rule.groupBy')} value={form.groupBy}
            options={optionsOf(text)} placeholder={text('rule.groupBy.none')} max={kGroupsBy}
            onChange={(groupBy) => onChange({ groupBy })} />
        </div>
        {where.map((matcher, at) => (
          <Filter key={at} at={at} matcher={matcher} service={form.service.trim()}
            onChange={(next) => replace(at, [next])} onRemove={() => replace(at, [])} />
        ))}
        <Button size="small" icon={<PlusOutlined />}
          onClick={() => onChange({ where: [...where, nextFilter(where)] })}>
          {text('rule.filter.add')}
        </Button>
      </div>
    </Panel>
  );
}

// The first dimension that there is no filter of: the method, then the instance.
function nextFilter(where: MetricsAlarmMatcher[]): MetricsAlarmMatcher {
  const free = dimensions.find((one) => where.every(({ name }) => name !== one));
  return { name: free ?? 'method', value: '', not: false };
}

function optionsOf(text: Text): { value: string; label: string }[] {
  return dimensions.map((value) => ({ value, label: nameOf(value, text) }));
}

interface FilterProps {
  at: number;
  matcher: MetricsAlarmMatcher;
  service: string;
  onChange: (matcher: MetricsAlarmMatcher) => void;
  onRemove: () => void;
}

function Filter({ at, matcher, service, onChange, onRemove }: FilterProps): ReactElement {
  const text = useText();
  const values = useValues(service, matcher.name as Dimension);
  const change = (part: Partial<MetricsAlarmMatcher>): void => onChange({ ...matcher, ...part });
  const name = nameOf(matcher.name as Dimension, text);
  return (
    <div className="rule-filter">
      <PickField path={`where[${at}].name`} label={text('rule.filter')} value={matcher.name}
        options={optionsOf(text)}
        onChange={(next) => change({ name: next, value: '' })} />
      <PickField path={`where[${at}].not`} label={text('rule.filter.how')}
        value={matcher.not ? 'not' : 'is'}
        options={(['is', 'not'] as const).map((value) => ({
          value, label: text(`rule.filter.${value}`),
        }))}
        onChange={(how) => change({ not: how === 'not' })} />
      <KnownField path={`where[${at}].value`} label={text('rule.filter.value')}
        placeholder={text('rule.filter.value.hint')} value={matcher.value} known={values}
        onChange={(value) => change({ value })} />
      <Button type="text" icon={<DeleteOutlined />}
        aria-label={text('rule.filter.remove', { name })} onClick={onRemove} />
    </div>
  );
}

// What the service's calls of the last hour had there, those with the most calls first.
function useValues(service: string, dimension: Dimension): string[] {
  const { data } = useData();
  const to = newestMinute(data?.complete_until ?? 0);
  const asks = to > 0 && isOneService(service);
  const found = useFigures(
    asks
      ? {
          from: to - kHour, to, step: 0, where: conditionsOf(service, []),
          group_by: [dimension], limit: kValues,
        }
      : undefined,
  );
  const values = found.data?.lines.map(({ key: [value = ''] }) => value) ?? [];
  return values.filter((value) => value !== '');
}
