// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Generated from proto/bellrock/**.proto by tools/gen_api.mjs (npm run gen). Do not edit.

import type * as api from './generated';

// Methods with one reply; streams are not called by the console.
export interface Methods {
  'bellrock.demo.v1.Demo/Inject': {
    request: api.DemoInjectRequest;
    reply: api.DemoInjectReply;
  };
  'bellrock.metrics.v1.Alarms/GetSettings': {
    request: api.MetricsGetAlarmSettingsRequest;
    reply: api.MetricsStoredAlarmSettings;
  };
  'bellrock.metrics.v1.Alarms/ListSettings': {
    request: api.MetricsListAlarmSettingsRequest;
    reply: api.MetricsListAlarmSettingsReply;
  };
  'bellrock.metrics.v1.Alarms/SetSettings': {
    request: api.MetricsSetAlarmSettingsRequest;
    reply: api.MetricsStoredAlarmSettings;
  };
  'bellrock.metrics.v1.Alarms/Silence': {
    request: api.MetricsSilenceRequest;
    reply: api.MetricsAlarmSilence;
  };
  'bellrock.metrics.v1.Alarms/Unsilence': {
    request: api.MetricsUnsilenceRequest;
    reply: api.MetricsAlarmSilence;
  };
  'bellrock.metrics.v1.Alarms/List': {
    request: api.MetricsListAlarmsRequest;
    reply: api.MetricsListAlarmsReply;
  };
  'bellrock.metrics.v1.Alarms/Try': {
    request: api.MetricsTryRuleRequest;
    reply: api.MetricsTryRuleReply;
  };
  'bellrock.metrics.v1.Dashboards/List': {
    request: api.MetricsListDashboardsRequest;
    reply: api.MetricsListDashboardsReply;
  };
  'bellrock.metrics.v1.Dashboards/Get': {
    request: api.MetricsGetDashboardRequest;
    reply: api.MetricsStoredDashboard;
  };
  'bellrock.metrics.v1.Dashboards/Set': {
    request: api.MetricsSetDashboardRequest;
    reply: api.MetricsStoredDashboard;
  };
  'bellrock.metrics.v1.Dashboards/Remove': {
    request: api.MetricsRemoveDashboardRequest;
    reply: api.MetricsRemoveDashboardReply;
  };
  'bellrock.metrics.v1.Metrics/Push': {
    request: api.MetricsPushRequest;
    reply: api.MetricsPushReply;
  };
  'bellrock.metrics.v1.Metrics/PushTable': {
    request: api.MetricsPushRequest;
    reply: api.MetricsPushReply;
  };
  'bellrock.metrics.v1.Metrics/Series': {
    request: api.MetricsSeriesRequest;
    reply: api.MetricsSeriesReply;
  };
  'bellrock.metrics.v1.Metrics/Table': {
    request: api.MetricsTableRequest;
    reply: api.MetricsTableReply;
  };
  'bellrock.metrics.v1.Metrics/Stats': {
    request: api.MetricsStatsRequest;
    reply: api.MetricsStatsReply;
  };
  'bellrock.metrics.v1.Query/Figures': {
    request: api.MetricsFiguresRequest;
    reply: api.MetricsFiguresReply;
  };
  'bellrock.metrics.v1.Query/Describe': {
    request: api.MetricsDescribeRequest;
    reply: api.MetricsDescribeReply;
  };
  'bellrock.metrics.v1.Query/Heat': {
    request: api.MetricsHeatRequest;
    reply: api.MetricsHeatReply;
  };
  'bellrock.metrics.v1.Query/Movers': {
    request: api.MetricsMoversRequest;
    reply: api.MetricsMoversReply;
  };
  'bellrock.metrics.v1.Store/Write': {
    request: api.MetricsStoreWriteRequest;
    reply: api.MetricsStoreWriteReply;
  };
  'bellrock.metrics.v1.Store/Callees': {
    request: api.MetricsStoreCalleesRequest;
    reply: api.MetricsStoreCalleesReply;
  };
  'bellrock.metrics.v1.Store/Merge': {
    request: api.MetricsStoreMergeRequest;
    reply: api.MetricsStoreMergeReply;
  };
  'bellrock.metrics.v1.Store/Expire': {
    request: api.MetricsStoreExpireRequest;
    reply: api.MetricsStoreExpireReply;
  };
  'bellrock.metrics.v1.Store/Put': {
    request: api.MetricsStorePutRequest;
    reply: api.MetricsStorePutReply;
  };
  'bellrock.metrics.v1.Store/Get': {
    request: api.MetricsStoreGetRequest;
    reply: api.MetricsStoreGetReply;
  };
  'bellrock.metrics.v1.Units/List': {
    request: api.MetricsListUnitsRequest;
    reply: api.MetricsListUnitsReply;
  };
  'bellrock.metrics.v1.Units/Get': {
    request: api.MetricsGetUnitRequest;
    reply: api.MetricsStoredUnit;
  };
  'bellrock.metrics.v1.Units/Set': {
    request: api.MetricsSetUnitRequest;
    reply: api.MetricsStoredUnit;
  };
  'bellrock.naming.v1.Cluster/Describe': {
    request: api.NamingDescribeRequest;
    reply: api.NamingDescribeReply;
  };
  'bellrock.naming.v1.Cluster/ListEvents': {
    request: api.NamingListEventsRequest;
    reply: api.NamingListEventsReply;
  };
  'bellrock.naming.v1.Cluster/OverrideProtection': {
    request: api.NamingOverrideProtectionRequest;
    reply: api.NamingOverrideProtectionReply;
  };
  'bellrock.naming.v1.Naming/Register': {
    request: api.NamingRegisterRequest;
    reply: api.NamingRegisterReply;
  };
  'bellrock.naming.v1.Naming/Heartbeat': {
    request: api.NamingHeartbeatRequest;
    reply: api.NamingHeartbeatReply;
  };
  'bellrock.naming.v1.Naming/Deregister': {
    request: api.NamingDeregisterRequest;
    reply: api.NamingDeregisterReply;
  };
  'bellrock.naming.v1.Naming/Lookup': {
    request: api.NamingLookupRequest;
    reply: api.NamingLookupReply;
  };
  'bellrock.naming.v1.Naming/List': {
    request: api.NamingListRequest;
    reply: api.NamingListReply;
  };
  'bellrock.naming.v1.Naming/ListServices': {
    request: api.NamingListServicesRequest;
    reply: api.NamingListServicesReply;
  };
  'bellrock.naming.v1.Naming/Poll': {
    request: api.NamingPollRequest;
    reply: api.NamingPollReply;
  };
  'bellrock.naming.v1.Naming/SetOperatorState': {
    request: api.NamingSetOperatorStateRequest;
    reply: api.NamingSetOperatorStateReply;
  };
  'bellrock.naming.v1.Naming/ListDocuments': {
    request: api.NamingListDocumentsRequest;
    reply: api.NamingListDocumentsReply;
  };
  'bellrock.naming.v1.Naming/Stats': {
    request: api.NamingStatsRequest;
    reply: api.NamingStatsReply;
  };
  'bellrock.routing.v1.HostRouting/Subscribe': {
    request: api.RoutingSubscribeRequest;
    reply: api.RoutingSubscribeReply;
  };
  'bellrock.routing.v1.HostRouting/Show': {
    request: api.RoutingShowRequest;
    reply: api.RoutingShowReply;
  };
  'bellrock.routing.v1.HostRouting/Explain': {
    request: api.RoutingExplainRequest;
    reply: api.RoutingExplainReply;
  };
  'bellrock.routing.v1.Routing/ReportTables': {
    request: api.RoutingReportTablesRequest;
    reply: api.RoutingReportTablesReply;
  };
  'bellrock.routing.v1.Routing/Show': {
    request: api.RoutingShowRequest;
    reply: api.RoutingShowReply;
  };
  'bellrock.routing.v1.Routing/GetSettings': {
    request: api.RoutingGetSettingsRequest;
    reply: api.RoutingStoredSettings;
  };
  'bellrock.routing.v1.Routing/ListSettings': {
    request: api.RoutingListSettingsRequest;
    reply: api.RoutingListSettingsReply;
  };
  'bellrock.routing.v1.Routing/PutSettings': {
    request: api.RoutingPutSettingsRequest;
    reply: api.RoutingPutSettingsReply;
  };
  'bellrock.routing.v1.Routing/PollSettings': {
    request: api.RoutingPollSettingsRequest;
    reply: api.RoutingPollSettingsReply;
  };
  'bellrock.routing.v1.Routing/Explain': {
    request: api.RoutingExplainRequest;
    reply: api.RoutingExplainReply;
  };
  'bellrock.routing.v1.Routing/PreviewMove': {
    request: api.RoutingPreviewMoveRequest;
    reply: api.RoutingPreviewMoveReply;
  };
}
