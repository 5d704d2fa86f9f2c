// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, App, Button, Input } from 'antd';
import { useState, type ReactElement } from 'react';
import { usePutAlarmSettings } from '../../api/alarms';
import { fromJson, sparse, toJson } from '../../api/draft';
import type { MetricsAlarmSettings, MetricsStoredAlarmSettings } from '../../api/generated';
import { sentence } from '../../api/sentences';
import { Field, WhoAndWhy } from '../../components/Field';
import { useText } from '../../i18n/text';
import { formatDay } from '../../lib/time';

const kKind = 'MetricsAlarmSettings';

interface Props {
  service: string; // '': the platform
  stored: MetricsStoredAlarmSettings;
}

// Settings as JSON: its fields are checked here, its values by the server, which names the field.
export function SettingsForm({ service, stored }: Props): ReactElement {
  const text = useText();
  const { message } = App.useApp();
  const [typed, setTyped] = useState(() => toJson(kKind, stored.settings));
  const [why, setWhy] = useState('');
  const put = usePutAlarmSettings();
  const { value, problem } = fromJson<MetricsAlarmSettings>(kKind, typed);
  const send = (checkOnly: boolean): void => {
    if (!value) return;
    const next = {
      service, settings: sparse(kKind, value), expectedVersion: stored.version,
      whoAndWhy: why.trim(), checkOnly,
    };
    put.mutate(next, {
      onSuccess: () => void (checkOnly || message.success(text('alarms.settings.saved'))),
    });
  };
  const checked = put.isSuccess && put.variables.checkOnly;
  const refused = put.error ? sentence(put.error, text) : '';
  return (
    <>
      <p className="settings-who">
        {stored.version === '0'
          ? text('alarms.settings.never')
          : text('alarms.settings.version', {
              at: formatDay(stored.changed_unix_ms), who: stored.who_and_why,
            })}
      </p>
      <JsonField
        label={text('alarms.settings.field')}
        hint={text('alarms.settings.hint')}
        value={typed}
        problem={problem || refused}
        onChange={(next) => {
          put.reset();
          setTyped(next);
        }}
      />
      <WhoAndWhy value={why} onChange={setWhy} />
      {checked && <Alert type="success" showIcon title={text('alarms.settings.checked')} />}
      <div className="buttons">
        <Button disabled={!value} loading={put.isPending && put.variables.checkOnly}
          onClick={() => send(true)}>
          {text('route.edit.check')}
        </Button>
        <Button type="primary" disabled={!value || why.trim() === ''}
          loading={put.isPending && !put.variables.checkOnly} onClick={() => send(false)}>
          {text('route.edit.save')}
        </Button>
      </div>
    </>
  );
}

interface JsonProps {
  label: string;
  hint: string;
  value: string;
  problem: string;
  onChange: (value: string) => void;
}

export function JsonField({ label, hint, value, problem, onChange }: JsonProps): ReactElement {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(id, said) => (
        <Input.TextArea
          {...said}
          id={id}
          className="json"
          autoSize={{ minRows: 6, maxRows: 30 }}
          spellCheck={false}
          status={problem ? 'error' : ''}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
