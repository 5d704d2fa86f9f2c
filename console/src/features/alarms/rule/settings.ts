// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Where a rule lies among the settings, and settings with the rule changed.
import { sparse } from '../../../api/draft';
import type {
  MetricsAlarmRoute, MetricsAlarmRule, MetricsAlarmSettings, MetricsStoredAlarmSettings,
} from '../../../api/generated';
import { normalise } from '../../../api/normalise';
import { kPlatform, kSilences } from '../stored';

export function idOf({ name, service }: Pick<MetricsAlarmRule, 'name' | 'service'>): string {
  return `${name}@${service}`;
}

export function isOneService(service: string): boolean {
  return /^[^/*]+\/[^/*]+$/.test(service);
}

// The name a new rule is kept under: rules of a service have room of their own.
export function homeOf(service: string): string {
  return isOneService(service) ? service : kPlatform;
}

export function homeWith(
  all: MetricsStoredAlarmSettings[],
  id: string,
): MetricsStoredAlarmSettings | undefined {
  return all.find(
    ({ service, settings }) =>
      service !== kSilences && settings.rules.some((rule) => idOf(rule) === id),
  );
}

export function storedOf(
  all: MetricsStoredAlarmSettings[],
  name: string,
): MetricsStoredAlarmSettings {
  const none = normalise('MetricsStoredAlarmSettings', { service: name });
  return all.find(({ service }) => service === name) ?? (none as MetricsStoredAlarmSettings);
}

export function newRule(service: string): MetricsAlarmRule {
  const rule = normalise('MetricsAlarmRule', {
    service, condition: { kind: 'KIND_MIN', bound: 0.999 }, calls_min: 100, for_windows: 3,
  });
  return rule as MetricsAlarmRule;
}

// A copy that can be kept beside the rule. One of a rule that every service has is for a service
// that is yet to be named, where it takes its place.
export function copyOf(
  rule: MetricsAlarmRule,
  template: boolean,
  ids: Set<string>,
): MetricsAlarmRule {
  if (template) return { ...rule, service: '' };
  let count = 2;
  while (ids.has(idOf({ ...rule, name: `${rule.name}_${count}` }))) count += 1;
  return { ...rule, name: `${rule.name}_${count}` };
}

// The route of this rule alone: the one that asks for its name and service, and nothing else.
function isOwnRoute({ matchers }: MetricsAlarmRoute, rule: MetricsAlarmRule): boolean {
  const wanted = { alertname: rule.name, service: rule.service };
  return (
    matchers.length === 2 &&
    Object.entries(wanted).every(([label, wants]) =>
      matchers.some(({ name, value, not }) => name === label && value === wants && !not),
    )
  );
}

export function ownReceivers(settings: MetricsAlarmSettings, rule: MetricsAlarmRule): string[] {
  return settings.routes.find((route) => isOwnRoute(route, rule))?.receivers ?? [];
}

export function receiversOf(all: MetricsStoredAlarmSettings[]): string[] {
  const names = all.flatMap(({ settings }) => settings.receivers.map(({ name }) => name));
  return [...new Set(names)].sort();
}

function routesWith(
  routes: MetricsAlarmRoute[],
  was: MetricsAlarmRule | undefined,
  rule: MetricsAlarmRule | undefined,
  receivers: string[],
): MetricsAlarmRoute[] {
  const own = was && routes.find((route) => isOwnRoute(route, was));
  const others = routes.filter((route) => route !== own);
  if (!rule || receivers.length === 0) return others;
  const matchers = [
    { name: 'alertname', value: rule.name, not: false },
    { name: 'service', value: rule.service, not: false },
  ];
  const blank = normalise('MetricsAlarmRoute', { name: idOf(rule) }) as MetricsAlarmRoute;
  const renamed = was && own?.name === idOf(was) ? { name: idOf(rule) } : {};
  const route = { ...(own ?? blank), ...renamed, matchers, receivers };
  // First, for the first that matches takes an alarm; one that is there stays where it is.
  return own ? routes.map((one) => (one === own ? route : one)) : [route, ...others];
}

// The settings with `rule` in the place of `was`; neither: nothing is added, or taken away. At most
// one route is the rule's own: to these receivers; none: as the other routes say.
export function withRule(
  settings: MetricsAlarmSettings,
  was: MetricsAlarmRule | undefined,
  rule: MetricsAlarmRule | undefined,
  receivers: string[],
): MetricsAlarmSettings {
  const at = was ? settings.rules.findIndex((one) => idOf(one) === idOf(was)) : -1;
  const added = rule ? [rule] : [];
  const rules =
    at < 0
      ? [...settings.rules, ...added]
      : [...settings.rules.slice(0, at), ...added, ...settings.rules.slice(at + 1)];
  return { ...settings, rules, routes: routesWith(settings.routes, was, rule, receivers) };
}

// A change of one rule, as it is to be sent.
export interface RuleChange {
  service: string; // whose settings; "": the platform's
  settings: Partial<MetricsAlarmSettings>;
  version: string; // that it is made to
  rule: MetricsAlarmRule;
  at: number; // the rule's place in them
  receivers: string[];
}

// `receivers`: of the rule alone; undefined: those it has.
export function changeOf(
  all: MetricsStoredAlarmSettings[],
  was: MetricsAlarmRule | undefined,
  rule: MetricsAlarmRule,
  receivers?: string[],
): RuleChange {
  const home = (was && homeWith(all, idOf(was))) ?? storedOf(all, homeOf(rule.service));
  const to = receivers ?? (was ? ownReceivers(home.settings, was) : []);
  const settings = withRule(home.settings, was, rule, to);
  return {
    service: home.service === kPlatform ? '' : home.service,
    settings: sparse('MetricsAlarmSettings', settings),
    version: home.version,
    rule,
    at: settings.rules.indexOf(rule),
    receivers: to,
  };
}

// The same without the rule, and without the route that is its own.
export function withoutRule(
  all: MetricsStoredAlarmSettings[],
  rule: MetricsAlarmRule,
): Omit<RuleChange, 'rule' | 'at' | 'receivers'> {
  const { service, version } = changeOf(all, rule, rule);
  const home = storedOf(all, service || kPlatform);
  const settings = withRule(home.settings, rule, undefined, []);
  return { service, version, settings: sparse('MetricsAlarmSettings', settings) };
}
