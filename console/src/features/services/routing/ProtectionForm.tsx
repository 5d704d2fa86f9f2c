// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { RoutingOverloadSettings, RoutingShieldSettings } from '../../../api/generated';
import { useText } from '../../../i18n/text';
import { NumberField, SwitchField } from '../../../components/fields';
import type { FormProps } from './PolicyForm';

// When an instance is left alone, and when callers refuse calls themselves.
export function ProtectionForm(props: FormProps): ReactElement {
  const text = useText();
  return (
    <>
      <h3>{text('route.edit.shield')}</h3>
      <div className="form-grid">
        <ShieldFields {...props} />
      </div>
      <h3>{text('route.edit.overload')}</h3>
      <div className="form-grid">
        <OverloadFields {...props} />
      </div>
    </>
  );
}

function ShieldFields({ draft, onChange }: FormProps): ReactElement {
  const { shield } = draft;
  const change = (part: Partial<RoutingShieldSettings>): void =>
    onChange({ ...draft, shield: { ...shield, ...part } });
  return (
    <>
      <SwitchField label="route.edit.shieldOn" on={!shield.off}
        onChange={(on) => change({ off: !on })} />
      <SwitchField label="route.edit.perMethod" on={!shield.per_method_off}
        onChange={(on) => change({ per_method_off: !on })} />
      <NumberField label="route.edit.failureRun" usual={3} step={1} value={shield.failure_run}
        onChange={(failure_run) => change({ failure_run })} />
      <NumberField label="route.edit.failureRate" usual={0.5} max={1} step={0.05}
        value={shield.failure_rate} onChange={(failure_rate) => change({ failure_rate })} />
      <NumberField label="route.edit.shrinkRate" usual={0.1} max={1} step={0.05}
        value={shield.shrink_failure_rate}
        onChange={(shrink_failure_rate) => change({ shrink_failure_rate })} />
      <NumberField label="route.edit.shareMax" usual={0.5} max={1} step={0.05}
        value={shield.shielded_share_max}
        onChange={(shielded_share_max) => change({ shielded_share_max })} />
      <NumberField label="route.edit.backoffMin" usual={100} step={100}
        value={shield.backoff_min_ms} onChange={(backoff_min_ms) => change({ backoff_min_ms })} />
      <NumberField label="route.edit.backoffMax" usual={5000} step={1000}
        value={shield.backoff_max_ms} onChange={(backoff_max_ms) => change({ backoff_max_ms })} />
      <NumberField label="route.edit.latencyFactor" usual="–" step={1}
        value={shield.latency_factor} onChange={(latency_factor) => change({ latency_factor })} />
    </>
  );
}

function OverloadFields({ draft, onChange }: FormProps): ReactElement {
  const { overload } = draft;
  const change = (part: Partial<RoutingOverloadSettings>): void =>
    onChange({ ...draft, overload: { ...overload, ...part } });
  return (
    <>
      <SwitchField label="route.edit.overloadOn" on={!overload.off}
        onChange={(on) => change({ off: !on })} />
      <NumberField label="route.edit.sentPerServed" usual={1.5} step={0.1}
        value={overload.sent_per_served}
        onChange={(sent_per_served) => change({ sent_per_served })} />
      <NumberField label="route.edit.overloadRate" usual={0.1} max={1} step={0.05}
        value={overload.failure_rate} onChange={(failure_rate) => change({ failure_rate })} />
      <NumberField label="route.edit.refusedMax" usual={0.95} max={1} step={0.05}
        value={overload.refused_share_max}
        onChange={(refused_share_max) => change({ refused_share_max })} />
    </>
  );
}
