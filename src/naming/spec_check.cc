// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/spec_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/address.h"
#include "base/service_alias.h"
#include "naming/alias_index.h"
#include "naming/document.h"
#include "naming/path.h"

namespace bellrock::naming {
namespace {

Status CheckAddress(const std::string& text) {
  constexpr size_t kAddressBytesMax = 64;
  if (text.size() > kAddressBytesMax) {
    return InvalidArgumentError(fmt::format(
        "instance.address is {} bytes long: use \"ip:port\", as in 10.0.0.7:8080", text.size()));
  }
  Result<Address> address = Address::Parse(text);
  if (!address.ok()) return address.status().WithContext("instance.address");
  if (address->kind() == Address::Kind::kTcp && address->port() != 0) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "instance.address \"{}\": callers cannot reach it: use \"ip:port\" with a port of 1..65535",
      text));
}

Status CheckRange(const char* field, int32_t value, int32_t min, int32_t max, const char* zero) {
  if (value >= min && value <= max) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("{} {}: use {}..{}, or 0 for {}", field, value, min, max, zero));
}

Status CheckLength(const char* field, size_t size, size_t min, size_t max) {
  if (size >= min && size <= max) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("{} is {} bytes long: use {}..{} bytes", field, size, min, max));
}

Status BadAlias(const std::string& value) {
  return InvalidArgumentError(fmt::format(
      "instance.labels[\"{}\"] \"{}\": write modid:cmdid, two numbers of 0..4294967295 without "
      "zeros in front, as in 64001:65536",
      kAliasLabel, value));
}

Status CheckTraits(const Traits& traits) {
  BELLROCK_TRY(CheckLength("instance.version", traits.version.size(), 0, kLabelValueBytesMax));
  if (traits.labels.size() > kLabelsMax) {
    return InvalidArgumentError(fmt::format("instance.labels has {} entries: use at most {}",
                                            traits.labels.size(), kLabelsMax));
  }
  for (const auto& [key, value] : traits.labels) {
    BELLROCK_TRY(CheckLength("instance.labels: a key", key.size(), 1, kLabelKeyBytesMax));
    const Status checked = CheckLength("the value", value.size(), 0, kLabelValueBytesMax);
    if (!checked.ok()) return checked.WithContext(fmt::format("instance.labels[\"{}\"]", key));
    if (key == kAliasLabel && !IsServiceAlias(value)) return BadAlias(value);
  }
  return Status::Ok();
}

// With defaults filled in, if any are lacking.
Status CheckHealthOf(Spec& spec) {
  HealthCheck health = spec.traits->health;
  BELLROCK_TRY(CheckHealth(health));
  if (health == spec.traits->health) return Status::Ok();
  auto traits = std::make_shared<Traits>(*spec.traits);
  traits->health = std::move(health);
  spec.traits = std::move(traits);
  return Status::Ok();
}

// One lost probe alone must not end the lease.
Status CheckLeaseOfProbed(const Spec& spec) {
  const HealthCheck& health = spec.traits->health;
  if (!health.probed() || spec.lease_ms >= 2 * health.interval_ms) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "instance.lease_ms {} is less than two probes of {} ms: use at least {}, or a lower "
      "instance.health.interval_ms",
      spec.lease_ms, health.interval_ms, 2 * health.interval_ms));
}

// Long enough for two probes.
int32_t DefaultLeaseMs(const HealthCheck& health) {
  if (!health.probed()) return kLeaseMsDefault;
  return std::clamp(2 * health.interval_ms + health.timeout_ms, kLeaseMsDefault, kLeaseMsMax);
}

}  // namespace

Status CheckSpec(Spec& spec) {
  const Result<Path> path = Path::ParseInstance(spec.path);
  if (!path.ok()) return path.status().WithContext("instance.path");
  spec.path = path->text();
  if (path->component(0) == kReservedName) {
    return InvalidArgumentError(fmt::format(
        "instance.path {}: site \"{}\" is reserved for what is kept about services: use the name "
        "of the site it runs in",
        spec.path, kReservedName));
  }
  BELLROCK_TRY(CheckIncarnation(spec.incarnation).WithContext("instance"));
  BELLROCK_TRY(CheckAddress(spec.address));
  if (spec.weight == 0) spec.weight = kWeightDefault;
  BELLROCK_TRY(CheckRange("instance.weight", spec.weight, 1, kWeightMax, "100"));
  BELLROCK_TRY(CheckHealthOf(spec));
  if (spec.lease_ms == 0) spec.lease_ms = DefaultLeaseMs(spec.traits->health);
  BELLROCK_TRY(CheckRange("instance.lease_ms", spec.lease_ms, kLeaseMsMin, kLeaseMsMax, "10000"));
  BELLROCK_TRY(CheckLeaseOfProbed(spec));
  return CheckTraits(*spec.traits);
}

Status CheckIncarnation(uint64_t incarnation) {
  if (incarnation <= kCountedMax) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("incarnation {}: use at most {}, for example the Unix milliseconds of the start",
                  incarnation, kCountedMax));
}

Status CheckOperatorState(const OperatorState& state) {
  if (state.weight != 0) {
    BELLROCK_TRY(
        CheckRange("operator_state.weight", state.weight, 1, kWeightMax, "the instance's own"));
  }
  if (!state.document.empty()) {
    return InvalidArgumentError(fmt::format(
        "operator_state.document: an instance has none: use a path as {}", kDocumentPathForm));
  }
  return CheckLength("operator_state.reason", state.reason.size(), 0, kReasonBytesMax);
}

Status CheckDocument(const OperatorState& state) {
  if (state.disabled || state.isolated || state.weight != 0 || state.window) {
    return InvalidArgumentError(
        "operator_state: of a document's path only document and reason can be set: leave the rest "
        "out, or give the path of an instance");
  }
  BELLROCK_TRY(CheckLength("operator_state.document", state.document.size(), 0, kDocumentBytesMax));
  return CheckLength("operator_state.reason", state.reason.size(), 0, kReasonBytesMax);
}

}  // namespace bellrock::naming
