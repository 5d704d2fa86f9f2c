// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Input } from 'antd';
import { useId, type ReactElement, type ReactNode } from 'react';
import { useText } from '../i18n/text';

interface Props {
  label: ReactNode;
  hint?: ReactNode; // below the control
  problem?: string; // instead of the hint: why the value will not do
  children: (id: string, said: Said) => ReactNode; // the control takes both
}

// What a control says of itself to those who do not see it.
export interface Said {
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
}

// A control with its label, and what is to be known of it.
export function Field({ label, hint, problem = '', children }: Props): ReactElement {
  const id = useId();
  const below = problem || hint;
  const said = `${id}-said`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id, {
        'aria-invalid': problem !== '',
        'aria-describedby': below ? said : undefined,
      })}
      {below && (
        <small id={said} className="field-hint" data-level={problem ? 'bad' : undefined}>
          {below}
        </small>
      )}
    </div>
  );
}

interface WhyProps {
  value: string;
  problem?: string;
  onChange: (value: string) => void;
}

// Every word of an operator is kept with this.
export function WhoAndWhy({ value, problem, onChange }: WhyProps): ReactElement {
  const text = useText();
  return (
    <Field label={text('why.field')} problem={problem}>
      {(id, said) => (
        <Input
          {...said}
          id={id}
          status={problem ? 'error' : ''}
          placeholder={text('why.hint')}
          maxLength={200}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
