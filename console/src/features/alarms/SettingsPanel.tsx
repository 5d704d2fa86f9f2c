// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Button, Input, Select } from 'antd';
import { useState, type ReactElement } from 'react';
import { useAlarmSettings } from '../../api/alarms';
import { normalise } from '../../api/normalise';
import type { MetricsStoredAlarmSettings } from '../../api/generated';
import { Failure } from '../../components/Failure';
import { Field } from '../../components/Field';
import { Panel } from '../../components/Panel';
import { useText } from '../../i18n/text';
import { SettingsForm } from './SettingsForm';
import { kPlatform, kSilences } from './stored';

// Settings of the platform or of one service, to be looked at and changed.
export function SettingsPanel(): ReactElement {
  const text = useText();
  const { data, error } = useAlarmSettings();
  const [chosen, setChosen] = useState(''); // '': the platform
  const [typed, setTyped] = useState('');
  // The silences have a page of their own.
  const all = data?.settings.filter((one) => one.service !== kSilences) ?? [];
  const services = new Set(all.map((one) => one.service).filter((name) => name !== kPlatform));
  if (chosen !== '') services.add(chosen);
  const stored = all.find((one) => one.service === (chosen || kPlatform)) ?? neverSet(chosen);
  return (
    <Panel title={text('alarms.settings')}>
      <div className="settings pad">
        <Failure errors={[error]} />
        <div className="form-grid">
          <Field label={text('alarms.settings.of')}>
            {(id) => (
              <Select id={id} value={chosen} onChange={setChosen}
                options={['', ...services].map((value) => ({
                  value, label: value || text('alarms.settings.platform'),
                }))} />
            )}
          </Field>
          <Field label={text('alarms.settings.service')}>
            {(id) => (
              <span className="with-button">
                <Input id={id} placeholder={text('alarms.settings.service.hint')} value={typed}
                  onChange={(event) => setTyped(event.target.value)} />
                <Button disabled={!/^[^/]+\/[^/]+$/.test(typed.trim())}
                  onClick={() => setChosen(typed.trim())}>
                  {text('alarms.settings.open')}
                </Button>
              </span>
            )}
          </Field>
        </div>
        {data && (
          <SettingsForm key={`${chosen} ${stored.version}`} service={chosen} stored={stored} />
        )}
      </div>
    </Panel>
  );
}

function neverSet(service: string): MetricsStoredAlarmSettings {
  const none = normalise('MetricsStoredAlarmSettings', { service });
  return none as MetricsStoredAlarmSettings;
}
