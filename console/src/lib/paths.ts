// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Parts of /{site}/{department}/{line}/{service}/{cluster}/{instance} (VIN-098).
export interface PathParts {
  site: string;
  department: string;
  service: string; // "line/service"
  cluster: string;
  instance: string;
}

export function partsOf(path: string): PathParts {
  const [site = '', department = '', line = '', name = '', cluster = '', ...rest] = path
    .replace(/^\//, '')
    .split('/');
  const service = line && name ? `${line}/${name}` : '';
  return { site, department, service, cluster, instance: rest.join('/') };
}

// Shortest name that tells instances of one service apart: "2", or "site/2" when "2" is not unique.
export function shortNames(paths: string[]): Map<string, string> {
  const forms = [
    (p: PathParts): string => p.instance,
    (p: PathParts): string => `${p.site}/${p.instance}`,
    (p: PathParts): string => `${p.site}/${p.cluster}/${p.instance}`,
  ];
  for (const form of forms) {
    const names = new Map(paths.map((path) => [path, form(partsOf(path)) || path]));
    if (new Set(names.values()).size === names.size) return names;
  }
  return new Map(paths.map((path) => [path, path]));
}

export function serviceUrl(service: string): string {
  return `/services/${service.split('/').map(encodeURIComponent).join('/')}`;
}

export function figuresUrl(service: string): string {
  return `${serviceUrl(service)}/figures`;
}

export function routingUrl(service: string): string {
  return `${serviceUrl(service)}/routing`;
}

// The service's figures, narrowed to one value of a dimension.
export function movedUrl(service: string, dimension: string, value: string): string {
  const params = new URLSearchParams({ where: `${dimension}=${value}` });
  return `${figuresUrl(service)}?${params.toString()}`;
}

export function alarmUrl(firing: string): string {
  return `/alarms/${encodeURIComponent(firing)}`;
}

export function rulesUrl(): string {
  return '/alarms/rules';
}

// `rule` is changed, `copy` is begun with: NAME@SERVICE; none of them: a new one.
export function editRuleUrl(about: { rule?: string; copy?: string; service?: string }): string {
  return `${rulesUrl()}/edit?${new URLSearchParams(about).toString()}`;
}

export function moversUrl(service: string): string {
  return `${serviceUrl(service)}/movers`;
}

export function customUrl(service: string): string {
  return `${serviceUrl(service)}/custom`;
}

export function hostUrl(host: string): string {
  return `/hosts/${encodeURIComponent(host)}`;
}

// The process of an instance: its service is known from its path.
export function processUrl(instance: string): string {
  return `/process?instance=${encodeURIComponent(instance)}`;
}

export function dashboardUrl(id: string): string {
  return `/dashboards/${encodeURIComponent(id)}`;
}
