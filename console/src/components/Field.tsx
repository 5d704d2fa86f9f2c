// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Input } from 'antd';
import { useId, type ReactElement, type ReactNode } from 'react';
import { useText } from '../i18n/text';

interface Props {
  label: ReactNode;
  hint?: ReactNode; // below the control
  children: (id: string) => ReactNode; // the control takes the id
}

// A control with its label.
export function Field({ label, hint, children }: Props): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint && <small className="field-hint">{hint}</small>}
    </div>
  );
}

interface WhyProps {
  value: string;
  onChange: (value: string) => void;
}

// Every word of an operator is kept with this.
export function WhoAndWhy({ value, onChange }: WhyProps): ReactElement {
  const text = useText();
  return (
    <Field label={text('why.field')}>
      {(id) => (
        <Input
          id={id}
          placeholder={text('why.hint')}
          maxLength={200}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
