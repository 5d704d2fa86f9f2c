// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { AutoComplete, Input, Select, Space } from 'antd';
import { createContext, useContext, type ReactElement, type ReactNode } from 'react';
import { Field } from '../../../components/Field';
import { useText } from '../../../i18n/text';
import type { FieldPath, Problems } from './form';
import { problemAt } from './refusal';
import type { Typed, Unit } from './units';

// What is wrong with the fields of the rule that is edited.
export const ProblemContext = createContext<Problems>({});

export function useProblem(path: FieldPath): string {
  return problemAt(useContext(ProblemContext), path);
}

interface Props {
  path: FieldPath;
  label: string;
  hint?: ReactNode;
}

interface WordsProps extends Props {
  value: string;
  placeholder?: string;
  suffix?: string;
  number?: boolean; // on a phone: the keyboard of digits
  onChange: (value: string) => void;
}

export function WordsField(props: WordsProps): ReactElement {
  const { path, label, hint, value, placeholder, suffix, number, onChange } = props;
  const problem = useProblem(path);
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(id, said) => (
        <Input
          {...said}
          id={id}
          status={problem ? 'error' : ''}
          inputMode={number ? 'decimal' : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          suffix={suffix}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

interface KnownProps extends Omit<WordsProps, 'suffix' | 'number'> {
  known: string[]; // offered while it is typed
}

// Any words; those that are known are offered.
export function KnownField(props: KnownProps): ReactElement {
  const { path, label, hint, value, placeholder, known, onChange } = props;
  const problem = useProblem(path);
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(id, said) => (
        <AutoComplete
          {...said}
          id={id}
          status={problem ? 'error' : ''}
          placeholder={placeholder}
          value={value}
          options={known.map((one) => ({ value: one }))}
          showSearch={{
            filterOption: (typed, option) => (option?.value ?? '').includes(typed.trim()),
          }}
          onChange={(next: string | undefined) => onChange(next ?? '')}
        />
      )}
    </Field>
  );
}

interface ChoiceProps<T extends string> extends Props {
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}

export function PickField<T extends string>(props: ChoiceProps<T>): ReactElement {
  const { path, label, hint, value, options, onChange } = props;
  const problem = useProblem(path);
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(id, said) => (
        <Select<T> {...said} id={id} status={problem ? 'error' : ''} value={value}
          options={options} popupMatchSelectWidth={false} onChange={onChange} />
      )}
    </Field>
  );
}

interface SeveralProps extends Props {
  value: string[];
  options: { value: string; label: string }[];
  placeholder: string;
  max?: number;
  onChange: (value: string[]) => void;
}

export function SeveralField(props: SeveralProps): ReactElement {
  const { path, label, hint, value, options, placeholder, max, onChange } = props;
  const problem = useProblem(path);
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(id, said) => (
        <Select {...said} id={id} mode="multiple" status={problem ? 'error' : ''} value={value}
          options={options} placeholder={placeholder} maxCount={max} onChange={onChange} />
      )}
    </Field>
  );
}

interface MeasureProps extends Props {
  value: Typed;
  units: Unit[];
  placeholder?: string;
  onChange: (value: Typed) => void;
}

// A number with its unit; a unit that is the only one is no choice.
export function MeasureField(props: MeasureProps): ReactElement {
  const { path, label, hint, value, units, placeholder, onChange } = props;
  const text = useText();
  const problem = useProblem(path);
  const several = units.length > 1;
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(id, said) => (
        <Space.Compact block>
          <Input
            {...said}
            id={id}
            status={problem ? 'error' : ''}
            inputMode="decimal"
            autoComplete="off"
            placeholder={placeholder}
            suffix={several ? undefined : units[0]?.name}
            value={value.typed}
            onChange={({ target }) => onChange({ ...value, typed: target.value })}
          />
          {several && (
            <Select
              className="unit"
              aria-label={text('rule.unit', { field: label })}
              value={value.unit}
              options={units.map(({ name }) => ({ value: name, label: name }))}
              onChange={(unit) => onChange({ ...value, unit })}
            />
          )}
        </Space.Compact>
      )}
    </Field>
  );
}
