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

export type NamingRole =
  | 'ROLE_UNSPECIFIED'
  | 'ROLE_FOLLOWER'
  | 'ROLE_LEADER';

export type NamingMemberLiveness =
  | 'LIVENESS_UNSPECIFIED'
  | 'LIVENESS_ALIVE'
  | 'LIVENESS_SUSPECT'
  | 'LIVENESS_DEAD'
  | 'LIVENESS_LEFT';

export type NamingOverrideProtectionRequestWord =
  | 'WORD_UNSPECIFIED'
  | 'WORD_ON'
  | 'WORD_OFF'
  | 'WORD_CLEAR';

export type NamingInstanceState =
  | 'INSTANCE_STATE_UNSPECIFIED'
  | 'INSTANCE_STATE_INITIAL'
  | 'INSTANCE_STATE_WORKING'
  | 'INSTANCE_STATE_UNREACHABLE';

export type NamingHealthCheckKind =
  | 'KIND_NONE'
  | 'KIND_TCP'
  | 'KIND_HTTP'
  | 'KIND_GRPC'
  | 'KIND_STATIC';

export type NamingOnFollower =
  | 'ON_FOLLOWER_FORWARD'
  | 'ON_FOLLOWER_REDIRECT';

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
  may_raise: boolean;
  count: number;
}

export interface NamingAnnounceReply {
  registered: boolean;
  problem: string;
  incarnation: number;
  count: number;
}

export interface NamingDescribeRequest {
  node: string;
}

export interface NamingDescribeReply {
  cluster: string;
  node: string;
  site: string;
  role: NamingRole;
  leader: NamingLeader;
  term: number;
  island: number;
  majority: boolean;
  members: NamingMember[];
  protections: NamingProtection[];
  peers: NamingPeer[];
  repair: NamingRepairFigures;
  replica: NamingReplica;
  storage: NamingStorage;
  local_health: number;
  now_unix_ms: number;
  overrides: NamingOverride[];
  probes: NamingProbes;
}

export interface NamingMember {
  name: string;
  site: string;
  zone: string;
  address: string;
  liveness: NamingMemberLiveness;
  since_ms: number;
  role: NamingRole;
  term: number;
  island: number;
  self: boolean;
  standby: boolean;
}

export interface NamingProtection {
  name: string;
  subject: string;
  reason: string;
  since_ms: number;
}

export interface NamingOverride {
  name: string;
  service: string;
  on: boolean;
  percent: number;
  who_and_why: string;
  since_ms: number;
  left_ms: number;
}

export interface NamingPeer {
  name: string;
  site: string;
  address: string;
  last_reply_ms: number;
  lag_events: number;
  events: number;
  problem: string;
  last_check_ms: number;
}

export interface NamingRepairFigures {
  checks: number;
  ended_at_root: number;
  lagging: number;
  failed: number;
  directories: number;
  records: number;
}

export interface NamingReplica {
  log_events: number;
  log_bytes: number;
  tombstones: number;
  tombstones_forced: number;
  conflicts: number;
  contested: number;
  last_conflicts: NamingConflict[];
  clock_refused: number;
}

export interface NamingConflict {
  path: string;
  of_operator: boolean;
  prevailed: string;
  lost: string;
}

export interface NamingStorage {
  directory: string;
  records_since_snapshot: number;
  bytes_since_snapshot: number;
  syncs: number;
  error: string;
}

export interface NamingProbes {
  targets: number;
  done: number;
  failed: number;
  late: number;
}

export interface NamingListEventsRequest {
  target: string;
  before_revision: number;
  limit: number;
}

export interface NamingListEventsReply {
  events: NamingListEventsReplyEntry[];
  reaches_back: boolean;
}

export interface NamingListEventsReplyEntry {
  revision: number;
  unix_ms: number;
  path: string;
  what: string;
  who: string;
  why: string;
}

export interface NamingOverrideProtectionRequest {
  name: string;
  service: string;
  word: NamingOverrideProtectionRequestWord;
  percent: number;
  lasts_ms: number;
  who_and_why: string;
  node: string;
}

export interface NamingOverrideProtectionReply {
  protections: NamingProtection[];
}

export interface NamingRebuildRequest {
  from: string;
}

export interface NamingRebuildProgress {
  rounds: number;
  directories: number;
  records: number;
  instances: number;
  done: boolean;
  problem: string;
  from: string;
}

export interface NamingHealthCheck {
  kind: NamingHealthCheckKind;
  path: string;
  interval_ms: number;
  timeout_ms: number;
}

export interface NamingInstanceSpec {
  path: string;
  address: string;
  weight: number;
  lease_ms: number;
  labels: Record<string, string>;
  version: string;
  incarnation: number;
  health: NamingHealthCheck;
}

export interface NamingOperatorState {
  disabled: boolean;
  isolated: boolean;
  weight: number;
  reason: string;
  window: NamingMaintenanceWindow;
}

export interface NamingMaintenanceWindow {
  from_unix_ms: number;
  until_unix_ms: number;
  begun: boolean;
  next: NamingMaintenanceWindowPlanned;
}

export interface NamingMaintenanceWindowPlanned {
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

export interface NamingLeader {
  site: string;
  name: string;
  address: string;
  term: number;
}

export interface NamingRegisterRequest {
  instance: NamingInstanceSpec;
  sequence: number;
  on_follower: NamingOnFollower;
}

export interface NamingRegisterReply {
  revision: number;
  lease_ms: number;
  incarnation: number;
  redirect: NamingLeader;
}

export interface NamingHeartbeatRequest {
  paths: string[];
  incarnations: number[];
  counts: number[];
  on_follower: NamingOnFollower;
}

export interface NamingHeartbeatReply {
  unknown: string[];
  redirect: NamingLeader;
}

export interface NamingDeregisterRequest {
  path: string;
  incarnation: number;
  on_follower: NamingOnFollower;
}

export interface NamingDeregisterReply {
  revision: number;
  redirect: NamingLeader;
}

export interface NamingFilter {
  sites: string[];
  clusters: string[];
  labels: string[];
}

export interface NamingLookupRequest {
  target: string;
  include_unusable: boolean;
  filter: NamingFilter;
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
  filter: NamingFilter;
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
  held: string;
}

export interface NamingPollRequest {
  target: string;
  since_revision: number;
  wait_ms: number;
  epoch: number;
  filter: NamingFilter;
}

export interface NamingPollReply {
  revision: number;
  changed: boolean;
  instances: NamingInstance[];
  epoch: number;
  held: string;
}

export interface NamingSetOperatorStateRequest {
  path: string;
  operator_state: NamingOperatorState;
  on_follower: NamingOnFollower;
  from_unix_ms: number;
  until_unix_ms: number;
}

export interface NamingSetOperatorStateReply {
  revision: number;
  redirect: NamingLeader;
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
  'bellrock.naming.v1.Cluster/Describe': {
    request: NamingDescribeRequest;
    reply: NamingDescribeReply;
  };
  'bellrock.naming.v1.Cluster/ListEvents': {
    request: NamingListEventsRequest;
    reply: NamingListEventsReply;
  };
  'bellrock.naming.v1.Cluster/OverrideProtection': {
    request: NamingOverrideProtectionRequest;
    reply: NamingOverrideProtectionReply;
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
