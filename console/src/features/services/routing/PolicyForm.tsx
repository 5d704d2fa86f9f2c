// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type {
  RoutingKeyedSettings, RoutingLanesMode, RoutingLocalitySettings, RoutingRouteSettings,
} from '../../../api/generated';
import type { TextKey } from '../../../i18n/text';
import { ChoiceField, MapField, NumberField, TagsField } from '../../../components/fields';

export interface FormProps {
  draft: RoutingRouteSettings;
  onChange: (draft: RoutingRouteSettings) => void;
}

const policies = [
  'l5', 'weighted_round_robin', 'p2c', 'least_request',
  'ring', 'maglev', 'bounded_ring', 'jump', 'unit',
] as const;
const byKey = new Set(['ring', 'maglev', 'bounded_ring', 'jump', 'unit']);

// Which of the instances, and how the places share the calls.
export function PolicyForm({ draft, onChange }: FormProps): ReactElement {
  const policy = draft.policy || 'l5';
  return (
    <>
      <div className="form-grid">
        <ChoiceField
          label="route.policy"
          value={policy}
          options={policies.map((value) => ({
            value: value as string, key: `route.policy.${value}` as TextKey,
          }))}
          onChange={(next) => onChange({ ...draft, policy: next === 'l5' ? '' : next })}
        />
        {policy === 'l5' && <L5Fields draft={draft} onChange={onChange} />}
        {byKey.has(policy) && <KeyedFields draft={draft} onChange={onChange} />}
      </div>
      <div className="form-grid">
        <LocalityFields draft={draft} onChange={onChange} />
      </div>
      <div className="form-grid">
        <LanesField name="lanes" draft={draft} onChange={onChange} />
        <LanesField name="sets" draft={draft} onChange={onChange} />
        <NumberField label="route.edit.warmUp" usual={0} step={1000}
          value={draft.warm_up.duration_ms}
          onChange={(duration_ms) =>
            onChange({ ...draft, warm_up: { ...draft.warm_up, duration_ms } })} />
        <NumberField label="route.edit.warmUpFloor" usual={0.1} max={1} step={0.05}
          value={draft.warm_up.floor}
          onChange={(floor) => onChange({ ...draft, warm_up: { ...draft.warm_up, floor } })} />
      </div>
    </>
  );
}

function L5Fields({ draft, onChange }: FormProps): ReactElement {
  const { l5 } = draft;
  return (
    <>
      <NumberField label="route.edit.kd" usual={0.5} step={0.1} value={l5.delay_multiplier}
        onChange={(delay_multiplier) => onChange({ ...draft, l5: { ...l5, delay_multiplier } })} />
      <NumberField label="route.edit.ko" usual={0.5} step={0.1} value={l5.ok_multiplier}
        onChange={(ok_multiplier) => onChange({ ...draft, l5: { ...l5, ok_multiplier } })} />
    </>
  );
}

function KeyedFields({ draft, onChange }: FormProps): ReactElement {
  const { keyed, policy } = draft;
  const change = (part: Partial<RoutingKeyedSettings>): void =>
    onChange({ ...draft, keyed: { ...keyed, ...part } });
  return (
    <>
      <ChoiceField
        label="route.edit.whenShielded"
        value={keyed.when_shielded}
        options={[
          { value: 'SHIELDED_NEXT', key: 'route.edit.SHIELDED_NEXT' },
          { value: 'SHIELDED_WAIT', key: 'route.edit.SHIELDED_WAIT' },
          { value: 'SHIELDED_ERROR', key: 'route.edit.SHIELDED_ERROR' },
        ]}
        onChange={(when_shielded) => change({ when_shielded })}
      />
      <TagsField label="route.edit.copies" hint="cluster, label:copy"
        tags={keyed.copies === '' ? [] : [keyed.copies]}
        onChange={(tags) => change({ copies: tags[tags.length - 1] ?? '' })} />
      {policy === 'bounded_ring' && (
        <NumberField label="route.edit.boundedLoad" usual={1.25} step={0.05}
          value={keyed.bounded_load} onChange={(bounded_load) => change({ bounded_load })} />
      )}
      {policy === 'maglev' && (
        <NumberField label="route.edit.maglevSize" usual={65537} step={1}
          value={keyed.maglev_size} onChange={(maglev_size) => change({ maglev_size })} />
      )}
      {policy === 'unit' && (
        <TagsField label="route.edit.unitDigits" hint="3, 2, 1"
          tags={keyed.unit_digits.map(String)}
          onChange={(tags) => change({
            unit_digits: tags.map(Number).filter((digit) => Number.isInteger(digit) && digit > 0),
          })} />
      )}
    </>
  );
}

function LocalityFields({ draft, onChange }: FormProps): ReactElement {
  const { locality } = draft;
  const change = (part: Partial<RoutingLocalitySettings>): void =>
    onChange({ ...draft, locality: { ...locality, ...part } });
  return (
    <>
      <ChoiceField
        label="route.edit.locality"
        value={locality.mode}
        options={[
          { value: 'MODE_LEVELS', key: 'route.edit.MODE_LEVELS' },
          { value: 'MODE_GRADIENT', key: 'route.edit.MODE_GRADIENT' },
          { value: 'MODE_OFF', key: 'route.edit.LOCALITY_OFF' },
        ]}
        onChange={(mode) => change({ mode })}
      />
      {locality.mode === 'MODE_LEVELS' && (
        <NumberField label="route.edit.overprovision" usual={1.4} step={0.1}
          value={locality.overprovision} onChange={(overprovision) => change({ overprovision })} />
      )}
      {locality.mode === 'MODE_GRADIENT' && (
        <>
          <NumberField label="route.edit.gradientRegion" usual={0.001}
            value={locality.gradient_region}
            onChange={(gradient_region) => change({ gradient_region })} />
          <NumberField label="route.edit.gradientFar" usual={0.000001}
            value={locality.gradient_far} onChange={(gradient_far) => change({ gradient_far })} />
        </>
      )}
      <MapField label="route.edit.regions" hint="sz=south, bj=north"
        map={locality.region_of_site}
        onChange={(region_of_site) => change({ region_of_site })} />
      <MapField label="route.edit.capacity" hint="sz=12000, bj=8000" map={draft.site_capacity}
        onChange={(map) => onChange({
          ...draft,
          site_capacity: Object.fromEntries(
            Object.entries(map).map(([site, rate]) => [site, Number(rate) || 0]),
          ),
        })} />
    </>
  );
}

interface LanesProps extends FormProps {
  name: 'lanes' | 'sets';
}

function LanesField({ name, draft, onChange }: LanesProps): ReactElement {
  const modes: RoutingLanesMode[] = ['MODE_AUTO', 'MODE_PERMISSIVE', 'MODE_STRICT', 'MODE_OFF'];
  return (
    <ChoiceField
      label={`route.edit.${name}`}
      value={draft[name].mode}
      options={modes.map((value) => ({ value, key: `route.edit.${value}` as TextKey }))}
      onChange={(mode) => onChange({ ...draft, [name]: { mode } })}
    />
  );
}
