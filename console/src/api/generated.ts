// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Generated from proto/bellrock/**.proto by tools/gen_api.mjs (npm run gen). Do not edit.

export type DemoInjectRequestFault =
  | 'FAULT_UNSPECIFIED'
  | 'FAULT_KILL'
  | 'FAULT_SLOW'
  | 'FAULT_FAIL'
  | 'FAULT_HEAL';

export type NamingInstanceState =
  | 'INSTANCE_STATE_UNSPECIFIED'
  | 'INSTANCE_STATE_INITIAL'
  | 'INSTANCE_STATE_WORKING'
  | 'INSTANCE_STATE_UNREACHABLE';

export type NamingEventKind =
  | 'KIND_UNSPECIFIED'
  | 'KIND_PUT'
  | 'KIND_REMOVE';

export type RoutingShieldState =
  | 'SHIELD_STATE_UNSPECIFIED'
  | 'SHIELD_STATE_OPEN'
  | 'SHIELD_STATE_SHIELDED'
  | 'SHIELD_STATE_CONNECT_OK'
  | 'SHIELD_STATE_RECOVERING';

export interface DemoInjectRequest {
  fault: DemoInjectRequestFault;
  target: string;
}

export interface DemoInjectReply {
  done: string;
}

export interface MetricsDimensions {
  caller: string;
  callee: string;
  method: string;
  instance: string;
  code: number;
}

export interface MetricsCard {
  dimensions: MetricsDimensions;
  second: number;
  latency_us_delta: number[];
  count: number[];
}

export interface MetricsPushRequest {
  source: string;
  epoch: number;
  sequence: number;
  cards: MetricsCard[];
  calls_total: number;
}

export interface MetricsPushReply {
  duplicate: boolean;
}

export interface MetricsFilter {
  caller: string;
  callee: string;
  method: string;
  instance: string;
}

export interface MetricsPoint {
  second: number;
  calls: number;
  failures: number;
  tp50_us: number;
  tp99_us: number;
  tp999_us: number;
  tp9999_us: number;
  max_us: number;
}

export interface MetricsSeriesRequest {
  filter: MetricsFilter;
  seconds: number;
  split_by: string;
}

export interface MetricsSeriesReply {
  now_second: number;
  lines: MetricsSeriesReplyLine[];
}

export interface MetricsSeriesReplyLine {
  key: string;
  points: MetricsPoint[];
}

export interface MetricsTableRequest {
  filter: MetricsFilter;
  seconds: number;
  group_by: string[];
  limit: number;
  order_by: string;
}

export interface MetricsTableReply {
  now_second: number;
  rows: MetricsTableReplyRow[];
}

export interface MetricsTableReplyRow {
  key: string[];
  calls: number;
  failures: number;
  success_rate: number;
  calls_per_second: number;
  tp50_us: number;
  tp99_us: number;
  tp999_us: number;
  tp9999_us: number;
}

export type MetricsStatsRequest = Record<string, never>;

export interface MetricsStatsReply {
  calls_counted: number;
  calls_expected: number;
  cards: number;
  sources: number;
  duplicates: number;
  late: number;
}

export interface NamingAnnounceRequest {
  instance: NamingInstanceSpec;
}

export interface NamingAnnounceReply {
  registered: boolean;
  problem: string;
}

export interface NamingInstanceSpec {
  path: string;
  address: string;
  weight: number;
  lease_ms: number;
  labels: Record<string, string>;
  version: string;
  incarnation: number;
}

export interface NamingOperatorState {
  disabled: boolean;
  isolated: boolean;
  weight: number;
  reason: string;
}

export interface NamingInstance {
  spec: NamingInstanceSpec;
  state: NamingInstanceState;
  operator_state: NamingOperatorState;
  revision: number;
  registered_unix_ms: number;
  changed_unix_ms: number;
  reason: string;
}

export interface NamingRegisterRequest {
  instance: NamingInstanceSpec;
}

export interface NamingRegisterReply {
  revision: number;
  lease_ms: number;
  incarnation: number;
}

export interface NamingHeartbeatRequest {
  paths: string[];
}

export interface NamingHeartbeatReply {
  unknown: string[];
}

export interface NamingDeregisterRequest {
  path: string;
}

export interface NamingDeregisterReply {
  revision: number;
}

export interface NamingLookupRequest {
  target: string;
  include_unusable: boolean;
}

export interface NamingLookupReply {
  revision: number;
  instances: NamingInstance[];
}

export interface NamingListRequest {
  path: string;
}

export interface NamingListReply {
  revision: number;
  children: NamingListReplyChild[];
}

export interface NamingListReplyChild {
  name: string;
  path: string;
  instances: number;
  working: number;
  leaf: boolean;
}

export interface NamingListServicesRequest {
  search: string;
  page_size: number;
  page_token: string;
}

export interface NamingListServicesReply {
  services: NamingListServicesReplyRow[];
  next_page_token: string;
  total: number;
}

export interface NamingListServicesReplyRow {
  service: string;
  initial: number;
  working: number;
  unreachable: number;
  disabled: number;
  sites: string[];
}

export interface NamingWatchRequest {
  target: string;
  since_revision: number;
  epoch: number;
}

export interface NamingEvent {
  kind: NamingEventKind;
  revision: number;
  instance: NamingInstance;
}

export interface NamingWatchReply {
  revision: number;
  full: boolean;
  events: NamingEvent[];
  epoch: number;
  more: boolean;
}

export interface NamingPollRequest {
  target: string;
  since_revision: number;
  wait_ms: number;
  epoch: number;
}

export interface NamingPollReply {
  revision: number;
  changed: boolean;
  instances: NamingInstance[];
  epoch: number;
}

export interface NamingSetOperatorStateRequest {
  path: string;
  operator_state: NamingOperatorState;
}

export interface NamingSetOperatorStateReply {
  revision: number;
}

export type NamingStatsRequest = Record<string, never>;

export interface NamingStatsReply {
  revision: number;
  epoch: number;
  instances: number;
  working: number;
  services: number;
  watchers: number;
  registers: number;
  heartbeats: number;
  expirations: number;
  storage_error: string;
}

export interface RoutingSubscribeRequest {
  service: string;
  counters: string;
}

export interface RoutingSubscribeReply {
  table: string;
  has_instances: boolean;
}

export interface RoutingInstanceRoute {
  path: string;
  address: string;
  site: string;
  static_weight: number;
  dynamic_weight: number;
  weight: number;
  shield: RoutingShieldState;
  reason: string;
  calls: number;
  failures: number;
  success_rate: number;
  delay_us: number;
  slot: number;
  naming_state: string;
}

export interface RoutingServiceTable {
  service: string;
  host: string;
  generation: number;
  policy: string;
  instances: RoutingInstanceRoute[];
  updated_unix_ms: number;
  protection: string;
}

export interface RoutingReportTablesRequest {
  tables: RoutingServiceTable[];
}

export type RoutingReportTablesReply = Record<string, never>;

export interface RoutingShowRequest {
  service: string;
}

export interface RoutingShowReply {
  tables: RoutingServiceTable[];
}

// Methods with one reply; streams are not called by the console.
export interface Methods {
  'bellrock.demo.v1.Demo/Inject': {
    request: DemoInjectRequest;
    reply: DemoInjectReply;
  };
  'bellrock.metrics.v1.Metrics/Push': {
    request: MetricsPushRequest;
    reply: MetricsPushReply;
  };
  'bellrock.metrics.v1.Metrics/Series': {
    request: MetricsSeriesRequest;
    reply: MetricsSeriesReply;
  };
  'bellrock.metrics.v1.Metrics/Table': {
    request: MetricsTableRequest;
    reply: MetricsTableReply;
  };
  'bellrock.metrics.v1.Metrics/Stats': {
    request: MetricsStatsRequest;
    reply: MetricsStatsReply;
  };
  'bellrock.naming.v1.Naming/Register': {
    request: NamingRegisterRequest;
    reply: NamingRegisterReply;
  };
  'bellrock.naming.v1.Naming/Heartbeat': {
    request: NamingHeartbeatRequest;
    reply: NamingHeartbeatReply;
  };
  'bellrock.naming.v1.Naming/Deregister': {
    request: NamingDeregisterRequest;
    reply: NamingDeregisterReply;
  };
  'bellrock.naming.v1.Naming/Lookup': {
    request: NamingLookupRequest;
    reply: NamingLookupReply;
  };
  'bellrock.naming.v1.Naming/List': {
    request: NamingListRequest;
    reply: NamingListReply;
  };
  'bellrock.naming.v1.Naming/ListServices': {
    request: NamingListServicesRequest;
    reply: NamingListServicesReply;
  };
  'bellrock.naming.v1.Naming/Poll': {
    request: NamingPollRequest;
    reply: NamingPollReply;
  };
  'bellrock.naming.v1.Naming/SetOperatorState': {
    request: NamingSetOperatorStateRequest;
    reply: NamingSetOperatorStateReply;
  };
  'bellrock.naming.v1.Naming/Stats': {
    request: NamingStatsRequest;
    reply: NamingStatsReply;
  };
  'bellrock.routing.v1.HostRouting/Subscribe': {
    request: RoutingSubscribeRequest;
    reply: RoutingSubscribeReply;
  };
  'bellrock.routing.v1.HostRouting/Show': {
    request: RoutingShowRequest;
    reply: RoutingShowReply;
  };
  'bellrock.routing.v1.Routing/ReportTables': {
    request: RoutingReportTablesRequest;
    reply: RoutingReportTablesReply;
  };
  'bellrock.routing.v1.Routing/Show': {
    request: RoutingShowRequest;
    reply: RoutingShowReply;
  };
}

export const replies: Record<keyof Methods, string> = {
  'bellrock.demo.v1.Demo/Inject': 'DemoInjectReply',
  'bellrock.metrics.v1.Metrics/Push': 'MetricsPushReply',
  'bellrock.metrics.v1.Metrics/Series': 'MetricsSeriesReply',
  'bellrock.metrics.v1.Metrics/Table': 'MetricsTableReply',
  'bellrock.metrics.v1.Metrics/Stats': 'MetricsStatsReply',
  'bellrock.naming.v1.Naming/Register': 'NamingRegisterReply',
  'bellrock.naming.v1.Naming/Heartbeat': 'NamingHeartbeatReply',
  'bellrock.naming.v1.Naming/Deregister': 'NamingDeregisterReply',
  'bellrock.naming.v1.Naming/Lookup': 'NamingLookupReply',
  'bellrock.naming.v1.Naming/List': 'NamingListReply',
  'bellrock.naming.v1.Naming/ListServices': 'NamingListServicesReply',
  'bellrock.naming.v1.Naming/Poll': 'NamingPollReply',
  'bellrock.naming.v1.Naming/SetOperatorState': 'NamingSetOperatorStateReply',
  'bellrock.naming.v1.Naming/Stats': 'NamingStatsReply',
  'bellrock.routing.v1.HostRouting/Subscribe': 'RoutingSubscribeReply',
  'bellrock.routing.v1.HostRouting/Show': 'RoutingShowReply',
  'bellrock.routing.v1.Routing/ReportTables': 'RoutingReportTablesReply',
  'bellrock.routing.v1.Routing/Show': 'RoutingShowReply',
};

// Kind of each field: scalar, message, '=' enum with its zero; '*' list, '%' map.
export const shapes: Record<string, Record<string, string>> = {
  DemoInjectRequest: {
    fault: '=FAULT_UNSPECIFIED',
    target: 'string',
  },
  DemoInjectReply: {
    done: 'string',
  },
  MetricsDimensions: {
    caller: 'string',
    callee: 'string',
    method: 'string',
    instance: 'string',
    code: 'int',
  },
  MetricsCard: {
    dimensions: 'MetricsDimensions',
    second: 'int',
    latency_us_delta: '*int',
    count: '*int',
  },
  MetricsPushRequest: {
    source: 'string',
    epoch: 'int',
    sequence: 'int',
    cards: '*MetricsCard',
    calls_total: 'int',
  },
  MetricsPushReply: {
    duplicate: 'bool',
  },
  MetricsFilter: {
    caller: 'string',
    callee: 'string',
    method: 'string',
    instance: 'string',
  },
  MetricsPoint: {
    second: 'int',
    calls: 'int',
    failures: 'int',
    tp50_us: 'int',
    tp99_us: 'int',
    tp999_us: 'int',
    tp9999_us: 'int',
    max_us: 'int',
  },
  MetricsSeriesRequest: {
    filter: 'MetricsFilter',
    seconds: 'int',
    split_by: 'string',
  },
  MetricsSeriesReply: {
    now_second: 'int',
    lines: '*MetricsSeriesReplyLine',
  },
  MetricsSeriesReplyLine: {
    key: 'string',
    points: '*MetricsPoint',
  },
  MetricsTableRequest: {
    filter: 'MetricsFilter',
    seconds: 'int',
    group_by: '*string',
    limit: 'int',
    order_by: 'string',
  },
  MetricsTableReply: {
    now_second: 'int',
    rows: '*MetricsTableReplyRow',
  },
  MetricsTableReplyRow: {
    key: '*string',
    calls: 'int',
    failures: 'int',
    success_rate: 'double',
    calls_per_second: 'double',
    tp50_us: 'int',
    tp99_us: 'int',
    tp999_us: 'int',
    tp9999_us: 'int',
  },
  MetricsStatsRequest: {
  },
  MetricsStatsReply: {
    calls_counted: 'int',
    calls_expected: 'int',
    cards: 'int',
    sources: 'int',
    duplicates: 'int',
    late: 'int',
  },
  NamingAnnounceRequest: {
    instance: 'NamingInstanceSpec',
  },
  NamingAnnounceReply: {
    registered: 'bool',
    problem: 'string',
  },
  NamingInstanceSpec: {
    path: 'string',
    address: 'string',
    weight: 'int',
    lease_ms: 'int',
    labels: '%string',
    version: 'string',
    incarnation: 'int',
  },
  NamingOperatorState: {
    disabled: 'bool',
    isolated: 'bool',
    weight: 'int',
    reason: 'string',
  },
  NamingInstance: {
    spec: 'NamingInstanceSpec',
    state: '=INSTANCE_STATE_UNSPECIFIED',
    operator_state: 'NamingOperatorState',
    revision: 'int',
    registered_unix_ms: 'int',
    changed_unix_ms: 'int',
    reason: 'string',
  },
  NamingRegisterRequest: {
    instance: 'NamingInstanceSpec',
  },
  NamingRegisterReply: {
    revision: 'int',
    lease_ms: 'int',
    incarnation: 'int',
  },
  NamingHeartbeatRequest: {
    paths: '*string',
  },
  NamingHeartbeatReply: {
    unknown: '*string',
  },
  NamingDeregisterRequest: {
    path: 'string',
  },
  NamingDeregisterReply: {
    revision: 'int',
  },
  NamingLookupRequest: {
    target: 'string',
    include_unusable: 'bool',
  },
  NamingLookupReply: {
    revision: 'int',
    instances: '*NamingInstance',
  },
  NamingListRequest: {
    path: 'string',
  },
  NamingListReply: {
    revision: 'int',
    children: '*NamingListReplyChild',
  },
  NamingListReplyChild: {
    name: 'string',
    path: 'string',
    instances: 'int',
    working: 'int',
    leaf: 'bool',
  },
  NamingListServicesRequest: {
    search: 'string',
    page_size: 'int',
    page_token: 'string',
  },
  NamingListServicesReply: {
    services: '*NamingListServicesReplyRow',
    next_page_token: 'string',
    total: 'int',
  },
  NamingListServicesReplyRow: {
    service: 'string',
    initial: 'int',
    working: 'int',
    unreachable: 'int',
    disabled: 'int',
    sites: '*string',
  },
  NamingWatchRequest: {
    target: 'string',
    since_revision: 'int',
    epoch: 'int',
  },
  NamingEvent: {
    kind: '=KIND_UNSPECIFIED',
    revision: 'int',
    instance: 'NamingInstance',
  },
  NamingWatchReply: {
    revision: 'int',
    full: 'bool',
    events: '*NamingEvent',
    epoch: 'int',
    more: 'bool',
  },
  NamingPollRequest: {
    target: 'string',
    since_revision: 'int',
    wait_ms: 'int',
    epoch: 'int',
  },
  NamingPollReply: {
    revision: 'int',
    changed: 'bool',
    instances: '*NamingInstance',
    epoch: 'int',
  },
  NamingSetOperatorStateRequest: {
    path: 'string',
    operator_state: 'NamingOperatorState',
  },
  NamingSetOperatorStateReply: {
    revision: 'int',
  },
  NamingStatsRequest: {
  },
  NamingStatsReply: {
    revision: 'int',
    epoch: 'int',
    instances: 'int',
    working: 'int',
    services: 'int',
    watchers: 'int',
    registers: 'int',
    heartbeats: 'int',
    expirations: 'int',
    storage_error: 'string',
  },
  RoutingSubscribeRequest: {
    service: 'string',
    counters: 'string',
  },
  RoutingSubscribeReply: {
    table: 'string',
    has_instances: 'bool',
  },
  RoutingInstanceRoute: {
    path: 'string',
    address: 'string',
    site: 'string',
    static_weight: 'int',
    dynamic_weight: 'double',
    weight: 'double',
    shield: '=SHIELD_STATE_UNSPECIFIED',
    reason: 'string',
    calls: 'int',
    failures: 'int',
    success_rate: 'double',
    delay_us: 'double',
    slot: 'int',
    naming_state: 'string',
  },
  RoutingServiceTable: {
    service: 'string',
    host: 'string',
    generation: 'int',
    policy: 'string',
    instances: '*RoutingInstanceRoute',
    updated_unix_ms: 'int',
    protection: 'string',
  },
  RoutingReportTablesRequest: {
    tables: '*RoutingServiceTable',
  },
  RoutingReportTablesReply: {
  },
  RoutingShowRequest: {
    service: 'string',
  },
  RoutingShowReply: {
    tables: '*RoutingServiceTable',
  },
};
