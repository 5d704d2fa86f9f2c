// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { Link } from 'react-router-dom';
import type { NamingInstanceState } from '../../api/generated';
import { Mark } from '../../components/Mark';
import { useText, type TextKey } from '../../i18n/text';
import { processUrl } from '../../lib/paths';
import type { Level } from '../../lib/success';
import { formatAge } from '../../lib/time';
import { formatShare, formatWeight } from '../../lib/units';
import type { InstanceRow } from './instances';

interface Props {
  row: InstanceRow;
}

export function InstanceName({ row }: Props): ReactElement {
  return (
    <div className="instance-name">
      <i style={{ background: `var(--${row.colour})` }} aria-hidden="true" />
      <div>
        <b title={row.path}>
          <Link to={processUrl(row.path)}>{row.name}</Link>
        </b>
        <code>{row.address}</code>
      </div>
    </div>
  );
}

const states: Record<NamingInstanceState, { key: TextKey; level: Level }> = {
  INSTANCE_STATE_UNSPECIFIED: { key: 'state.unknown', level: 'idle' },
  INSTANCE_STATE_INITIAL: { key: 'state.initial', level: 'idle' },
  INSTANCE_STATE_WORKING: { key: 'state.working', level: 'good' },
  INSTANCE_STATE_UNREACHABLE: { key: 'state.unreachable', level: 'bad' },
};

// The registry's state, the operator's word and the reason for either.
export function StateCell({ row }: Props): ReactElement {
  const text = useText();
  const { instance } = row;
  if (!instance) return <Mark level="bad">{text('state.gone')}</Mark>;
  const { key, level } = states[instance.state] ?? states.INSTANCE_STATE_UNSPECIFIED;
  const { disabled, isolated, reason } = instance.operator_state;
  const why = [disabled || isolated ? reason : '', level === 'good' ? '' : instance.reason];
  const since = text('detail.since', { age: formatAge(Date.now() - instance.changed_unix_ms) });
  return (
    <div className="state">
      <div className="marks">
        <Mark level={level} title={`${instance.reason} · ${since}`}>
          {text(key)}
        </Mark>
        {disabled && <Mark level="warn">{text('state.disabled')}</Mark>}
        {isolated && <Mark level="warn">{text('state.isolated')}</Mark>}
      </div>
      <Why sentences={why} />
    </div>
  );
}

function Why({ sentences }: { sentences: string[] }): ReactElement | null {
  const said = sentences.filter((one) => one !== '').join(' · ');
  return said === '' ? null : (
    <small className="why" title={said}>
      {said}
    </small>
  );
}

// Static weight, and what became of it by results.
export function WeightCell({ row }: Props): ReactElement {
  const text = useText();
  const override = row.instance?.operator_state.weight ?? 0;
  const fixed = override || row.instance?.spec.weight || (row.route?.staticWeight ?? Number.NaN);
  const dynamic = row.route ? formatWeight(row.route.dynamicWeight) : '–';
  return (
    <span className="weight" title={text('detail.weight.hint')}>
      {formatWeight(fixed)}
      {override > 0 && <span title={text('detail.operatorWeight')}>*</span>}
      <i aria-hidden="true"> → </i>
      <b>{dynamic}</b>
    </span>
  );
}

export function ShareCell({ row }: Props): ReactElement {
  const share = row.route?.share ?? Number.NaN;
  const width = Number.isFinite(share) ? `${Math.min(100, share * 100)}%` : '0';
  return (
    <div className="share">
      <span className="share-bar" aria-hidden="true">
        <i style={{ width, background: `var(--${row.colour})` }} />
      </span>
      <span>{formatShare(share)}</span>
    </div>
  );
}

// How many of the hosts that call the service shield the instance, and why.
export function ShieldCell({ row }: Props): ReactElement {
  const text = useText();
  const { route } = row;
  if (!route) return <Mark level="idle">{text('detail.unused')}</Mark>;
  const { shieldedBy: k, recoveringOn: recovering, hosts: n, reasons } = route;
  return (
    <div className="state">
      <div className="marks">
        {k === 0 && recovering === 0 && <Mark level="good">{text('detail.open')}</Mark>}
        {k > 0 && <Mark level="bad">{text('detail.shieldedBy', { k, n })}</Mark>}
        {recovering > 0 && (
          <Mark level="warn">{text('detail.recoveringOn', { k: recovering, n })}</Mark>
        )}
      </div>
      <Why sentences={reasons} />
    </div>
  );
}
