// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/health_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace bellrock::naming {
namespace {

using Kind = HealthCheck::Kind;

// It goes into the first line of a request as it is.
Status CheckPath(const HealthCheck& health) {
  if (health.path.size() > kHealthPathBytesMax) {
    return InvalidArgumentError(fmt::format("instance.health.path is {} bytes long: use at most {}",
                                            health.path.size(), kHealthPathBytesMax));
  }
  const bool clean = std::all_of(health.path.begin(), health.path.end(),
                                 [](char c) { return c > ' ' && c <= '~'; });
  if (!clean) {
    return InvalidArgumentError(
        "instance.health.path holds a space or a character that is not ASCII: encode it as %XX");
  }
  if (health.kind == Kind::kHttp && !health.path.starts_with('/')) {
    return InvalidArgumentError(fmt::format(
        "instance.health.path \"{}\": a path of HTTP begins with '/', as in /health", health.path));
  }
  if (health.kind == Kind::kTcp && !health.path.empty()) {
    return InvalidArgumentError(
        fmt::format("instance.health.path \"{}\": TCP only connects: leave it empty, or use HTTP",
                    health.path));
  }
  return Status::Ok();
}

Status CheckUnprobed(const HealthCheck& health) {
  if (health == HealthCheck{.kind = health.kind}) return Status::Ok();
  if (health.kind == Kind::kStatic) {
    return InvalidArgumentError(
        "instance.health.kind STATIC is never probed: leave path, interval_ms and timeout_ms out");
  }
  return InvalidArgumentError(
      "instance.health.kind is missing: say TCP, HTTP, GRPC or STATIC, or leave health out");
}

}  // namespace

Status CheckHealth(HealthCheck& health) {
  if (static_cast<uint8_t>(health.kind) >= HealthCheck::kKinds) {
    return InvalidArgumentError(
        fmt::format("instance.health.kind {}: use NONE, TCP, HTTP, GRPC or STATIC",
                    static_cast<int>(health.kind)));
  }
  if (!health.probed()) return CheckUnprobed(health);
  BELLROCK_TRY(CheckPath(health));
  if (health.interval_ms == 0) health.interval_ms = kProbeIntervalMsDefault;
  if (health.interval_ms < kProbeIntervalMsMin || health.interval_ms > kProbeIntervalMsMax) {
    return InvalidArgumentError(
        fmt::format("instance.health.interval_ms {}: use {}..{}, or 0 for {}", health.interval_ms,
                    kProbeIntervalMsMin, kProbeIntervalMsMax, kProbeIntervalMsDefault));
  }
  if (health.timeout_ms == 0) health.timeout_ms = kProbeTimeoutMsDefault;
  if (health.timeout_ms < 1 || health.timeout_ms > health.interval_ms) {
    return InvalidArgumentError(
        fmt::format("instance.health.timeout_ms {}: use 1..{}, its interval_ms, or 0 for {}",
                    health.timeout_ms, health.interval_ms, kProbeTimeoutMsDefault));
  }
  return Status::Ok();
}

}  // namespace bellrock::naming
