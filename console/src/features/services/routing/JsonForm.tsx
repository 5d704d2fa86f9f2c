// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Input } from 'antd';
import type { ReactElement } from 'react';
import { Field } from '../../../components/Field';
import { useText } from '../../../i18n/text';

interface Props {
  value: string;
  problem: string;
  onChange: (value: string) => void;
}

// All settings as the protobuf JSON that `bellrock routing settings` takes as well.
export function JsonForm({ value, problem, onChange }: Props): ReactElement {
  const text = useText();
  return (
    <Field
      label={text('route.edit.jsonField')}
      hint={
        <span role="status" data-level={problem ? 'bad' : undefined}>
          {problem || text('route.edit.jsonHint')}
        </span>
      }
    >
      {(id) => (
        <Input.TextArea
          id={id}
          className="json"
          autoSize={{ minRows: 12, maxRows: 30 }}
          spellCheck={false}
          status={problem ? 'error' : ''}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
