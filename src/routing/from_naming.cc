// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/from_naming.h"

#include <algorithm>

namespace bellrock::routing {
namespace {

namespace registry = naming::v1;

constexpr int32_t kWeightDefault = 100;  // naming.proto

// Of /{site}/{department}/{line}/{service}/{cluster}/{instance} (VIN-098).
constexpr int kSitePart = 0;
constexpr int kClusterPart = 4;

std::string PartOf(const std::string& path, int part) {
  size_t begin = path.starts_with('/') ? 1 : 0;
  for (; part > 0; --part) {
    const size_t end = path.find('/', begin);
    if (end == std::string::npos) return "";
    begin = end + 1;
  }
  return path.substr(begin, path.find('/', begin) - begin);
}

std::string StateText(const registry::Instance& instance) {
  if (instance.operator_state().disabled()) return "disabled";
  if (instance.operator_state().isolated()) return "isolated";
  switch (instance.state()) {
    case registry::INSTANCE_STATE_INITIAL:
      return "initial";
    case registry::INSTANCE_STATE_WORKING:
      return "working";
    case registry::INSTANCE_STATE_UNREACHABLE:
      return "unreachable";
    default:
      return "unknown";
  }
}

Availability AvailabilityOf(const registry::Instance& instance) {
  if (instance.operator_state().disabled() || instance.operator_state().isolated()) {
    return Availability::kWithheld;
  }
  return instance.state() == registry::INSTANCE_STATE_WORKING ? Availability::kUsable
                                                              : Availability::kUnreachable;
}

int32_t WeightOf(const registry::Instance& instance) {
  if (instance.operator_state().weight() > 0) return instance.operator_state().weight();
  return instance.spec().weight() > 0 ? instance.spec().weight() : kWeightDefault;
}

}  // namespace

std::vector<InstanceSpec> FromNaming(const std::vector<registry::Instance>& instances) {
  std::vector<InstanceSpec> specs;
  specs.reserve(instances.size());
  for (const registry::Instance& instance : instances) {
    InstanceSpec spec;
    spec.path = instance.spec().path();
    spec.address = instance.spec().address();
    spec.site = PartOf(spec.path, kSitePart);
    spec.cluster = PartOf(spec.path, kClusterPart);
    spec.version = instance.spec().version();
    spec.labels = {instance.spec().labels().begin(), instance.spec().labels().end()};
    spec.region = spec.label("region");
    spec.unit = spec.label("unit");
    spec.registered_unix_ms = instance.registered_unix_ms();
    spec.static_weight = static_cast<uint32_t>(WeightOf(instance));
    spec.availability = AvailabilityOf(instance);
    spec.naming_state = StateText(instance);
    specs.push_back(std::move(spec));
  }
  return specs;
}

}  // namespace bellrock::routing
