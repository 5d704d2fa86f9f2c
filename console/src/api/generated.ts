// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Generated from proto/bellrock/**.proto by tools/gen_api.mjs (npm run gen). Do not edit.

import type {
  DemoInjectRequestFault,
  MetricsAlarmConditionAgainst,
  MetricsAlarmConditionDirection,
  MetricsAlarmConditionKind,
  MetricsAlarmFigureKind,
  MetricsAlarmViewState,
  NamingHealthCheckKind,
  NamingInstanceState,
  NamingMemberLiveness,
  NamingOnFollower,
  NamingOverrideProtectionRequestWord,
  NamingRole,
  RoutingKeyedSettingsShielded,
  RoutingLanesMode,
  RoutingLocalitySettingsMode,
  RoutingMatchOp,
  RoutingShieldState,
} from './generated_enums';

export * from './generated_enums';
export type { Methods } from './generated_methods';

export interface DemoInjectRequest {
  fault: DemoInjectRequestFault;
  target: string;
}

export interface DemoInjectReply {
  done: string;
}

export interface MetricsAlarmSettings {
  rules: MetricsAlarmRule[];
  silences: MetricsAlarmSilence[];
  inhibitions: MetricsAlarmInhibition[];
  routes: MetricsAlarmRoute[];
  receivers: MetricsAlarmReceiver[];
  owners: MetricsAlarmOwner[];
  console_url: string;
  no_templates: boolean;
}

export interface MetricsAlarmMatcher {
  name: string;
  value: string;
  not: boolean;
}

export interface MetricsAlarmRule {
  name: string;
  disabled: boolean;
  service: string;
  where: MetricsAlarmMatcher[];
  group_by: string[];
  figure: MetricsAlarmFigure;
  condition: MetricsAlarmCondition;
  window_seconds: number;
  for_windows: number;
  recover_windows: number;
  calls_min: number;
  completeness_min: number;
  severity: string;
  owner: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface MetricsAlarmFigure {
  kind: MetricsAlarmFigureKind;
  quantile: number;
}

export interface MetricsAlarmCondition {
  kind: MetricsAlarmConditionKind;
  bound: number;
  against: MetricsAlarmConditionAgainst;
  direction: MetricsAlarmConditionDirection;
}

export interface MetricsAlarmSilence {
  id: string;
  matchers: MetricsAlarmMatcher[];
  from: number;
  to: number;
  by: string;
  comment: string;
}

export interface MetricsAlarmInhibition {
  source: MetricsAlarmMatcher[];
  target: MetricsAlarmMatcher[];
  equal: string[];
}

export interface MetricsAlarmRoute {
  name: string;
  matchers: MetricsAlarmMatcher[];
  receivers: string[];
  to_owner: boolean;
  go_on: boolean;
  group_by: string[];
  group_wait_seconds: number;
  group_interval_seconds: number;
  repeat_interval_seconds: number;
}

export interface MetricsAlarmReceiver {
  name: string;
  owner: string;
  no_resolved: boolean;
  webhook?: MetricsAlarmWebhook;
  alertmanager?: MetricsAlarmAlertmanager;
  smtp?: MetricsAlarmSmtp;
  dingtalk?: MetricsAlarmChat;
  wecom?: MetricsAlarmChat;
  feishu?: MetricsAlarmChat;
  slack?: MetricsAlarmChat;
}

export interface MetricsAlarmWebhook {
  url: string;
  bearer_token: string;
}

export interface MetricsAlarmAlertmanager {
  url: string;
  bearer_token: string;
}

export interface MetricsAlarmSmtp {
  server: string;
  from: string;
  to: string[];
  user: string;
  password: string;
  require_tls: boolean;
}

export interface MetricsAlarmChat {
  url: string;
  secret: string;
  mention: string[];
}

export interface MetricsAlarmOwner {
  service: string;
  owner: string;
}

export interface MetricsAlarmProgress {
  rule: string;
  judged_to: number;
  incomplete_run: number;
  problem: string;
  windows_skipped: number;
}

export interface MetricsAlarmFiring {
  id: string;
  fingerprint: string;
  rule: string;
  key: string[];
  labels: Record<string, string>;
  annotations: Record<string, string>;
  since: number;
  fired_at: number;
  resolved_at: number;
  value: number;
  baseline: number;
  bound: number;
  calls: number;
  completeness: number;
  note: string;
  figure: MetricsAlarmFigure;
  condition: MetricsAlarmCondition;
  breakdown: MetricsAlarmBreakdown;
  told: string[];
  told_resolved: string[];
  tellings: MetricsAlarmTelling[];
}

export interface MetricsAlarmTelling {
  receiver: string;
  route: string;
  at: number;
  resolved: boolean;
}

export interface MetricsAlarmBreakdown {
  counted: string;
  dimensions: MetricsAlarmBreakdownDimension[];
}

export interface MetricsAlarmBreakdownPart {
  value: string;
  change: number;
  share: number;
  calls_share: number;
}

export interface MetricsAlarmBreakdownDimension {
  dimension: string;
  change: number;
  parts: MetricsAlarmBreakdownPart[];
  more: number;
}

export interface MetricsAlarmGroup {
  key: string;
  route: string;
  receiver: string;
  labels: Record<string, string>;
  begun: number;
  last_sent: number;
  not_before: number;
  sending: MetricsAlarmSending;
  problem: string;
}

export interface MetricsAlarmSending {
  key: string;
  firing: string[];
  resolved: string[];
  tries: number;
  retry_at: number;
}

export interface MetricsGetAlarmSettingsRequest {
  service: string;
}

export interface MetricsStoredAlarmSettings {
  service: string;
  settings: MetricsAlarmSettings;
  version: string;
  changed_unix_ms: number;
  who_and_why: string;
}

export type MetricsListAlarmSettingsRequest = Record<string, never>;

export interface MetricsListAlarmSettingsReply {
  settings: MetricsStoredAlarmSettings[];
}

export interface MetricsSetAlarmSettingsRequest {
  service: string;
  settings: MetricsAlarmSettings;
  expected_version: string;
  who_and_why: string;
  check_only: boolean;
}

export interface MetricsSilenceRequest {
  silence: MetricsAlarmSilence;
}

export interface MetricsUnsilenceRequest {
  id: string;
  who_and_why: string;
}

export interface MetricsListAlarmsRequest {
  service: string;
  resolved: boolean;
  limit: number;
  firing: string;
}

export interface MetricsListAlarmsReply {
  alarms: MetricsAlarmView[];
  more: number;
  rules: MetricsAlarmRuleView[];
  silences: MetricsAlarmSilence[];
  groups: MetricsAlarmGroup[];
  notifications: number;
  notifications_lost: number;
  evaluator: string;
}

export interface MetricsAlarmView {
  state: MetricsAlarmViewState;
  firing: MetricsAlarmFiring;
  muted: string;
}

export interface MetricsAlarmRuleView {
  rule: MetricsAlarmRule;
  from_template: boolean;
  progress: MetricsAlarmProgress;
  receivers: string[];
}

export interface MetricsTryRuleRequest {
  rule: MetricsAlarmRule;
  seconds: number;
}

export interface MetricsTryRuleReply {
  groups: MetricsTryRuleReplyGroup[];
  more: number;
  from: number;
  to: number;
  windows: number;
  windows_unknown: number;
  problem: string;
}

export interface MetricsTryRuleReplyFiring {
  since: number;
  fired_at: number;
  resolved_at: number;
}

export interface MetricsTryRuleReplyGroup {
  key: string[];
  firings: MetricsTryRuleReplyFiring[];
  windows_breached: number;
  windows_judged: number;
  last_value: number;
  last_calls: number;
}

export interface MetricsDashboardChart {
  title: string;
  where: MetricsCondition[];
  group_by: string;
  figure: string;
  quantile: number;
  log: boolean;
  wide: boolean;
}

export interface MetricsDashboard {
  id: string;
  title: string;
  charts: MetricsDashboardChart[];
  span: number;
}

export interface MetricsStoredDashboard {
  dashboard: MetricsDashboard;
  version: string;
  changed_unix_ms: number;
  who_and_why: string;
}

export type MetricsListDashboardsRequest = Record<string, never>;

export interface MetricsListDashboardsReply {
  dashboards: MetricsStoredDashboard[];
}

export interface MetricsGetDashboardRequest {
  id: string;
}

export interface MetricsSetDashboardRequest {
  dashboard: MetricsDashboard;
  expected_version: string;
  who_and_why: string;
}

export interface MetricsRemoveDashboardRequest {
  id: string;
  expected_version: string;
  who_and_why: string;
}

export type MetricsRemoveDashboardReply = Record<string, never>;

export interface MetricsDimensions {
  caller: string;
  callee: string;
  method: string;
  instance: string;
  code: number;
  result: string;
  served: boolean;
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
  site: string;
  spreads: MetricsServiceSpread[];
  lost: MetricsLostCalls[];
  session: number;
  table: string;
}

export interface MetricsLostCalls {
  callee: string;
  second: number;
  calls: number;
}

export interface MetricsServiceSpread {
  callee: string;
  partitions: number;
}

export interface MetricsServiceUnit {
  callee: string;
  unit: string;
}

export interface MetricsPushReply {
  duplicate: boolean;
  spreads: MetricsServiceSpread[];
  units: MetricsServiceUnit[];
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

export interface MetricsCondition {
  dimension: string;
  value: string;
  how: string;
}

export interface MetricsFiguresRequest {
  from: number;
  to: number;
  step: number;
  where: MetricsCondition[];
  group_by: string[];
  quantiles: number[];
  limit: number;
  order_by: string;
  earlier: number[];
}

export interface MetricsFigures {
  from: number;
  calls: number;
  failures: number;
  success_rate: number;
  calls_per_second: number;
  mean_us: number;
  max_us: number;
  quantiles_us: number[];
  completeness: number;
}

export interface MetricsFiguresReply {
  lines: MetricsFiguresReplyLine[];
  more: number;
  quantiles: number[];
  complete_until: number;
}

export interface MetricsFiguresReplyLine {
  key: string[];
  points: MetricsFigures[];
  total: MetricsFigures;
  earlier: MetricsFigures[];
}

export interface MetricsHeatRequest {
  from: number;
  to: number;
  step: number;
  where: MetricsCondition[];
  rows: number;
}

export interface MetricsHeatReply {
  bounds_us: number[];
  columns: MetricsHeatReplyColumn[];
  most: number;
  complete_until: number;
}

export interface MetricsHeatReplyColumn {
  from: number;
  calls: number[];
  completeness: number;
}

export interface MetricsMoversRequest {
  from: number;
  to: number;
  against: number;
  where: MetricsCondition[];
  dimensions: string[];
  by: string;
  limit: number;
}

export interface MetricsMoversReply {
  dimensions: MetricsMoversReplyDimension[];
  complete_until: number;
}

export interface MetricsMoversReplyPart {
  value: string;
  now: MetricsFigures;
  past: MetricsFigures;
  change: number;
  share: number;
  calls_share: number;
}

export interface MetricsMoversReplyDimension {
  dimension: string;
  change: number;
  parts: MetricsMoversReplyPart[];
  more: number;
  problem: string;
}

export type MetricsDescribeRequest = Record<string, never>;

export interface MetricsDescribeReply {
  sets: MetricsDescribeReplySet[];
  partitions: MetricsDescribeReplyPartition[];
  complete_until: number;
  calls_counted: number;
  calls_lost: number;
  duplicates: number;
  pushes: number;
  queue_bytes: number;
  nodes: MetricsDescribeReplyNode[];
}

export interface MetricsDescribeReplySet {
  name: string;
  seconds: boolean;
}

export interface MetricsDescribeReplyPartition {
  number: number;
  worked: boolean;
  cut: number;
  behind: number;
  error: string;
  node: string;
  epoch: number;
}

export interface MetricsDescribeReplyNode {
  name: string;
  address: string;
  answers: boolean;
  partitions: number;
  error: string;
}

export interface MetricsStoreShelf {
  grain: number;
  set: string;
  callee: string;
}

export interface MetricsStoreWriteRequest {
  partition: number;
  cut: number;
  blocks: MetricsStoreWriteRequestBlock[];
}

export interface MetricsStoreWriteRequestBlock {
  shelf: MetricsStoreShelf;
  window: number;
  table: string;
}

export type MetricsStoreWriteReply = Record<string, never>;

export interface MetricsStoreCalleesRequest {
  grain: number;
  from: number;
  to: number;
  limit: number;
}

export interface MetricsStoreCalleesReply {
  callees: string[];
}

export interface MetricsStoreMergeRequest {
  shelf: MetricsStoreShelf;
  window: number;
}

export type MetricsStoreMergeReply = Record<string, never>;

export interface MetricsStoreExpireRequest {
  grain: number;
  before: number;
}

export type MetricsStoreExpireReply = Record<string, never>;

export interface MetricsStorePutRequest {
  name: string;
  value: string;
}

export type MetricsStorePutReply = Record<string, never>;

export interface MetricsStoreGetRequest {
  name: string;
}

export interface MetricsStoreGetReply {
  value: string;
}

export interface MetricsStoredUnit {
  service: string;
  unit: string;
  version: string;
  changed_unix_ms: number;
  who_and_why: string;
}

export type MetricsListUnitsRequest = Record<string, never>;

export interface MetricsListUnitsReply {
  units: MetricsStoredUnit[];
}

export interface MetricsGetUnitRequest {
  service: string;
}

export interface MetricsSetUnitRequest {
  service: string;
  unit: string;
  expected_version: string;
  who_and_why: string;
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
  document: string;
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
  expected_version: number;
}

export interface NamingSetOperatorStateReply {
  revision: number;
  redirect: NamingLeader;
  version: number;
}

export interface NamingListDocumentsRequest {
  target: string;
  after: string;
}

export interface NamingListDocumentsReply {
  documents: NamingListDocumentsReplyDocument[];
  more: boolean;
}

export interface NamingListDocumentsReplyDocument {
  path: string;
  said: NamingOperatorState;
  version: number;
  changed_unix_ms: number;
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
  level: number;
  warm_up: number;
  labels: Record<string, string>;
  shielded_ms: number;
  calls_per_s: number;
  region: string;
  withheld: boolean;
  in_flight: number;
}

export interface RoutingServiceTable {
  service: string;
  host: string;
  generation: number;
  policy: string;
  instances: RoutingInstanceRoute[];
  updated_unix_ms: number;
  protection: string;
  pools: RoutingPoolView[];
  rules: string[];
  refused_share: number;
  overload: string;
  site: string;
  settings_version: string;
  method_shields: RoutingMethodShieldView[];
  calls_per_s: number;
  refused_per_s: number;
  region: string;
}

export interface RoutingPoolView {
  name: string;
  level_shares: number[];
  instances: number;
  protection: string;
  reason: string;
}

export interface RoutingMethodShieldView {
  method: string;
  path: string;
  reason: string;
}

export interface RoutingReportTablesRequest {
  tables: RoutingServiceTable[];
  answers: RoutingReportTablesRequestAnswer[];
}

export interface RoutingReportTablesRequestAnswer {
  id: number;
  reply: RoutingExplainReply;
  problem: string;
}

export interface RoutingReportTablesReply {
  questions: RoutingReportTablesReplyQuestion[];
}

export interface RoutingReportTablesReplyQuestion {
  id: number;
  request: RoutingExplainRequest;
}

export interface RoutingShowRequest {
  service: string;
  this_server: boolean;
}

export interface RoutingShowReply {
  tables: RoutingServiceTable[];
  servers: number;
  unheard_servers: string[];
}

export interface RoutingExplainRequest {
  service: string;
  key: string;
  method: string;
  caller: string;
  lane: string;
  headers: Record<string, string>;
  host: string;
  this_server: boolean;
}

export interface RoutingExplainReply {
  steps: RoutingExplainReplyStep[];
  path: string;
  address: string;
  problem: string;
  host: string;
}

export interface RoutingExplainReplyStep {
  stage: string;
  text: string;
}

export interface RoutingGetSettingsRequest {
  service: string;
}

export type RoutingListSettingsRequest = Record<string, never>;

export interface RoutingListSettingsReply {
  settings: RoutingStoredSettings[];
}

export interface RoutingPutSettingsRequest {
  service: string;
  settings: RoutingRouteSettings;
  expected_version: string;
  who_and_why: string;
  check_only: boolean;
}

export interface RoutingPutSettingsReply {
  stored: RoutingStoredSettings;
}

export interface RoutingPollSettingsRequest {
  known: RoutingPollSettingsRequestKnown[];
  wait_ms: number;
}

export interface RoutingPollSettingsRequestKnown {
  service: string;
  version: string;
}

export interface RoutingPollSettingsReply {
  changed: RoutingStoredSettings[];
}

export interface RoutingPreviewMoveRequest {
  service: string;
  move: RoutingRatioMove;
}

export interface RoutingPreviewMoveReply {
  sites: RoutingPreviewMoveReplySite[];
  headroom: boolean;
  verdict: string;
  servers: number;
  unheard_servers: string[];
}

export interface RoutingPreviewMoveReplySite {
  site: string;
  calls_per_s: number;
  after_calls_per_s: number;
  capacity: number;
  instances: number;
}

export interface RoutingRouteSettings {
  policy: string;
  l5: RoutingL5Settings;
  keyed: RoutingKeyedSettings;
  locality: RoutingLocalitySettings;
  rules: RoutingRule[];
  lanes: RoutingLanes;
  sets: RoutingLanes;
  shield: RoutingShieldSettings;
  overload: RoutingOverloadSettings;
  warm_up: RoutingWarmUpSettings;
  ratio_moves: RoutingRatioMove[];
  site_capacity: Record<string, number>;
}

export interface RoutingL5Settings {
  delay_multiplier: number;
  ok_multiplier: number;
  as_published: boolean;
  ok_rate_floor: number;
  fade: number;
  calls_min: number;
  kept_fade: number;
  damping: number;
  change_max: number;
  period_ms: number;
}

export interface RoutingKeyedSettings {
  when_shielded: RoutingKeyedSettingsShielded;
  copies: string;
  bounded_load: number;
  maglev_size: number;
  unit_digits: number[];
}

export interface RoutingLocalitySettings {
  mode: RoutingLocalitySettingsMode;
  overprovision: number;
  region_of_site: Record<string, string>;
  gradient_region: number;
  gradient_far: number;
}

export interface RoutingRule {
  name: string;
  disabled: boolean;
  matches: RoutingMatch[];
  percent: number;
  to: RoutingDestination[];
  strict: boolean;
}

export interface RoutingMatch {
  attribute: string;
  op: RoutingMatchOp;
  values: string[];
  not: boolean;
}

export interface RoutingDestination {
  labels: Record<string, string>;
  weight: number;
}

export interface RoutingLanes {
  mode: RoutingLanesMode;
}

export interface RoutingShieldSettings {
  off: boolean;
  failure_run: number;
  failure_rate: number;
  shrink_failure_rate: number;
  backoff_min_ms: number;
  backoff_max_ms: number;
  shielded_share_max: number;
  latency_factor: number;
  per_method_off: boolean;
}

export interface RoutingOverloadSettings {
  off: boolean;
  sent_per_served: number;
  failure_rate: number;
  refused_share_max: number;
}

export interface RoutingWarmUpSettings {
  duration_ms: number;
  floor: number;
}

export interface RoutingRatioMove {
  from_site: string;
  to_site: string;
  share: number;
  begun_unix_ms: number;
  duration_ms: number;
  until_unix_ms: number;
  who_and_why: string;
}

export interface RoutingStoredSettings {
  service: string;
  settings: RoutingRouteSettings;
  version: string;
  changed_unix_ms: number;
  who_and_why: string;
}
