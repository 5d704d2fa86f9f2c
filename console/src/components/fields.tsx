// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { InputNumber, Select, Switch } from 'antd';
import type { ReactElement } from 'react';
import { useText, type TextKey } from '../i18n/text';
import { fromTags, toTags } from '../lib/tags';
import { Field } from './Field';

interface NumberProps {
  label: TextKey;
  value: number; // 0: the default
  usual: string | number; // what 0 means
  max?: number;
  step?: number;
  onChange: (value: number) => void;
}

// Empty means the default, which is shown in its place.
export function NumberField({
  label, value, usual, max, step, onChange,
}: NumberProps): ReactElement {
  const text = useText();
  return (
    <Field label={text(label)}>
      {(id) => (
        <InputNumber
          id={id}
          min={0}
          max={max}
          step={step}
          placeholder={text('route.edit.usual', { value: usual })}
          value={value === 0 ? null : value}
          onChange={(next) => onChange(next ?? 0)}
        />
      )}
    </Field>
  );
}

interface ChoiceProps<T extends string> {
  label: TextKey;
  value: T;
  options: { value: T; key: TextKey }[];
  onChange: (value: T) => void;
}

export function ChoiceField<T extends string>(props: ChoiceProps<T>): ReactElement {
  const text = useText();
  const options = props.options.map(({ value, key }) => ({ value, label: text(key) }));
  return (
    <Field label={text(props.label)}>
      {(id) => (
        <Select<T> id={id} value={props.value} options={options} onChange={props.onChange} />
      )}
    </Field>
  );
}

interface SwitchProps {
  label: TextKey;
  on: boolean;
  onChange: (on: boolean) => void;
}

export function SwitchField({ label, on, onChange }: SwitchProps): ReactElement {
  const text = useText();
  return (
    <Field label={text(label)}>
      {(id) => (
        <span>
          <Switch id={id} checked={on} onChange={onChange} />
        </span>
      )}
    </Field>
  );
}

interface TagsProps {
  label: TextKey;
  hint: string;
  problem?: string;
  tags: string[];
  onChange: (tags: string[]) => void;
}

// Several words, typed one after another with a comma or Enter.
export function TagsField({ label, hint, problem, tags, onChange }: TagsProps): ReactElement {
  const text = useText();
  return (
    <Field label={text(label)} problem={problem}>
      {(id, said) => (
        <Select
          {...said}
          id={id}
          mode="tags"
          open={false}
          suffixIcon={null}
          tokenSeparators={[',', ' ']}
          placeholder={hint}
          value={tags}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

interface MapProps {
  label: TextKey;
  hint: string;
  problem?: string;
  map: Record<string, string | number>;
  onChange: (map: Record<string, string>) => void;
}

export function MapField({ label, hint, problem, map, onChange }: MapProps): ReactElement {
  return (
    <TagsField label={label} hint={hint} problem={problem} tags={toTags(map)}
      onChange={(tags) => onChange(fromTags(tags))} />
  );
}
