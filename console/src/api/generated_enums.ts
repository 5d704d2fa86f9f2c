// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Generated from proto/bellrock/**.proto by tools/gen_api.mjs (npm run gen). Do not edit.

export type DemoInjectRequestFault =
  | 'FAULT_UNSPECIFIED'
  | 'FAULT_KILL'
  | 'FAULT_SLOW'
  | 'FAULT_FAIL'
  | 'FAULT_HEAL'
  | 'FAULT_STOP'
  | 'FAULT_FLAKY';

export type MetricsAlarmFigureKind =
  | 'KIND_SUCCESS_RATE'
  | 'KIND_CALLS_PER_SECOND'
  | 'KIND_FAILURES_PER_SECOND'
  | 'KIND_LATENCY_US'
  | 'KIND_MAX_US'
  | 'KIND_MEAN_US';

export type MetricsAlarmConditionKind =
  | 'KIND_MAX'
  | 'KIND_MIN'
  | 'KIND_CHANGE'
  | 'KIND_CHANGE_PERCENT'
  | 'KIND_NO_DATA';

export type MetricsAlarmConditionAgainst =
  | 'AGAINST_PREVIOUS'
  | 'AGAINST_YESTERDAY'
  | 'AGAINST_LAST_WEEK';

export type MetricsAlarmConditionDirection =
  | 'DIRECTION_BOTH'
  | 'DIRECTION_UP'
  | 'DIRECTION_DOWN';

export type MetricsAlarmViewState =
  | 'STATE_PENDING'
  | 'STATE_FIRING'
  | 'STATE_RESOLVED';

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

export type RoutingShieldState =
  | 'SHIELD_STATE_UNSPECIFIED'
  | 'SHIELD_STATE_OPEN'
  | 'SHIELD_STATE_SHIELDED'
  | 'SHIELD_STATE_CONNECT_OK'
  | 'SHIELD_STATE_RECOVERING';

export type RoutingKeyedSettingsShielded =
  | 'SHIELDED_NEXT'
  | 'SHIELDED_WAIT'
  | 'SHIELDED_ERROR';

export type RoutingLocalitySettingsMode =
  | 'MODE_LEVELS'
  | 'MODE_GRADIENT'
  | 'MODE_OFF';

export type RoutingMatchOp =
  | 'OP_EQUALS'
  | 'OP_PREFIX'
  | 'OP_PRESENT'
  | 'OP_NUMBER_RANGE';

export type RoutingLanesMode =
  | 'MODE_AUTO'
  | 'MODE_PERMISSIVE'
  | 'MODE_STRICT'
  | 'MODE_OFF';
