// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/probe_option.h"

#include <fmt/format.h>

#include <map>
#include <string_view>

namespace bellrock::cli {
namespace {

using naming::v1::HealthCheck;

}  // namespace

void AddProbeOptions(CLI::App& verb, ProbeOption& option) {
  verb.add_option("--probe", option.kind,
                  "How the registry itself finds out that it lives: tcp, http:/path, grpc, "
                  "grpc:service, or static (never asked)");
  verb.add_option("--probe-interval-ms", option.interval_ms,
                  "Between two probes, 1000..1800000 (default 5000)");
  verb.add_option("--probe-timeout-ms", option.timeout_ms,
                  "How long a probe waits, up to the interval (default 1000)");
}

Status FillHealth(const ProbeOption& option, naming::v1::InstanceSpec& spec) {
  if (option.kind.empty() && option.interval_ms == 0 && option.timeout_ms == 0) {
    return Status::Ok();
  }
  static const std::map<std::string_view, HealthCheck::Kind> kKinds = {
      {"tcp", HealthCheck::KIND_TCP},
      {"http", HealthCheck::KIND_HTTP},
      {"grpc", HealthCheck::KIND_GRPC},
      {"static", HealthCheck::KIND_STATIC}};
  const size_t colon = option.kind.find(':');
  const auto kind = kKinds.find(std::string_view(option.kind).substr(0, colon));
  if (kind == kKinds.end()) {
    return InvalidArgumentError(fmt::format(
        "--probe '{}': use tcp, http:/path, grpc, grpc:service or static", option.kind));
  }
  HealthCheck& health = *spec.mutable_health();
  health.set_kind(kind->second);
  if (colon != std::string::npos) {
    health.set_path(option.kind.substr(colon + 1));
  } else if (health.kind() == HealthCheck::KIND_HTTP) {
    health.set_path("/");
  }
  health.set_interval_ms(option.interval_ms);
  health.set_timeout_ms(option.timeout_ms);
  return Status::Ok();
}

std::string WhatFollows(const HealthCheck& health, int32_t lease_ms) {
  if (health.kind() == HealthCheck::KIND_STATIC) return "it works until it is deregistered";
  const char* sign = health.kind() == HealthCheck::KIND_NONE ? "heartbeat" : "answered probe";
  return fmt::format("it turns working with its first {} and unreachable {} ms after its last",
                     sign, lease_ms);
}

}  // namespace bellrock::cli
