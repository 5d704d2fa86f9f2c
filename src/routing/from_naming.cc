// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/from_naming.h"

#include <algorithm>

namespace bellrock::routing {
namespace {

namespace v1 = naming::v1;

constexpr int32_t kWeightDefault = 100;  // naming.proto

std::string SiteOf(const std::string& path) {
  const size_t begin = path.starts_with('/') ? 1 : 0;
  return path.substr(begin, path.find('/', begin) - begin);
}

std::string StateText(const v1::Instance& instance) {
  if (instance.operator_state().disabled()) return "disabled";
  if (instance.operator_state().isolated()) return "isolated";
  switch (instance.state()) {
    case v1::INSTANCE_STATE_INITIAL:
      return "initial";
    case v1::INSTANCE_STATE_WORKING:
      return "working";
    case v1::INSTANCE_STATE_UNREACHABLE:
      return "unreachable";
    default:
      return "unknown";
  }
}

Availability AvailabilityOf(const v1::Instance& instance) {
  if (instance.operator_state().disabled() || instance.operator_state().isolated()) {
    return Availability::kWithheld;
  }
  return instance.state() == v1::INSTANCE_STATE_WORKING ? Availability::kUsable
                                                        : Availability::kUnreachable;
}

int32_t WeightOf(const v1::Instance& instance) {
  if (instance.operator_state().weight() > 0) return instance.operator_state().weight();
  return instance.spec().weight() > 0 ? instance.spec().weight() : kWeightDefault;
}

}  // namespace

std::vector<InstanceSpec> FromNaming(const std::vector<v1::Instance>& instances) {
  std::vector<InstanceSpec> specs;
  specs.reserve(instances.size());
  for (const v1::Instance& instance : instances) {
    InstanceSpec spec;
    spec.path = instance.spec().path();
    spec.address = instance.spec().address();
    spec.site = SiteOf(spec.path);
    spec.static_weight = static_cast<uint32_t>(WeightOf(instance));
    spec.availability = AvailabilityOf(instance);
    spec.naming_state = StateText(instance);
    specs.push_back(std::move(spec));
  }
  return specs;
}

}  // namespace bellrock::routing
