// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/plan_view.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/log.h"
#include "routing/keyed_members.h"
#include "routing/plan.h"

namespace bellrock::routing::client {
namespace {

std::shared_ptr<const policy::KeyedPool> MakeKeyed(
    policy::Kind kind, const v1::KeyedSettings& settings, const std::string& packed,
    const SlotsView& slots, const std::vector<std::shared_ptr<const InstanceSpec>>& specs) {
  const std::vector<policy::KeyedMember> members = KeyedMembersOf(
      settings, UnpackSlots(packed), slots.level, [&](uint16_t slot) -> const InstanceSpec* {
        return slot < specs.size() && slots.known[slot] ? specs[slot].get() : nullptr;
      });
  auto made = policy::KeyedPool::Make(kind, settings, members);
  if (made.ok()) return std::move(*made);
  log::Warning("routing/client", "keys are not followed: {}", made.status().ToString());
  return nullptr;
}

bool OnlyTheSequence(const v1::RoutePlan& plan, policy::Kind kind) {
  return kind <= policy::Kind::kWeightedRoundRobin && plan.rules().empty() &&
         plan.refused_share() <= 0 && plan.method_shields().empty();
}

void MakeKeyedPools(const v1::RoutePlan& plan, const SlotsView& slots, const PlanView* last,
                    PlanView& view) {
  const bool same =
      last != nullptr && last->kind == view.kind &&
      last->roster_generation == slots.roster_generation &&
      last->keyed_settings.SerializeAsString() == view.keyed_settings.SerializeAsString();
  std::vector<std::shared_ptr<const InstanceSpec>> specs;
  for (size_t k = 0; k < view.pools.size(); ++k) {
    PoolView& pool = view.pools[k];
    pool.members = plan.pools(static_cast<int>(k)).members();
    if (same && k < last->pools.size() && last->pools[k].members == pool.members) {
      pool.keyed = last->pools[k].keyed;
      pool.weight = last->pools[k].weight;
      continue;
    }
    for (const uint16_t slot : UnpackSlots(pool.members)) pool.weight += view.WeightOf(slot);
    if (specs.empty()) specs = slots.specs();
    pool.keyed = MakeKeyed(view.kind, view.keyed_settings, pool.members, slots, specs);
  }
}

}  // namespace

bool PlanView::MethodShielded(uint32_t method_hash, uint16_t slot) const {
  if (method_shields.empty()) return false;
  return std::binary_search(method_shields.begin(), method_shields.end(),
                            uint64_t{method_hash} << 32 | slot);
}

std::shared_ptr<const PlanView> MakePlanView(const v1::RoutePlan& plan,
                                             const std::vector<uint16_t>& sequence,
                                             const SlotsView& slots, const PlanView* last) {
  const policy::Kind kind = policy::KindOf(plan.policy()).value_or(policy::Kind::kL5);
  if (plan.pools().empty() || OnlyTheSequence(plan, kind)) return nullptr;
  auto view = std::make_shared<PlanView>();
  view->kind = kind;
  view->roster_generation = slots.roster_generation;
  view->keyed_settings = plan.settings().keyed();
  view->refused_share = std::clamp(plan.refused_share(), 0.0, 1.0);
  view->usable = slots.usable;
  view->weights = slots.weights;
  if (!plan.rules().empty()) view->selector.emplace(plan);
  for (const v1::Pool& pool : plan.pools()) {
    PoolView& out = view->pools.emplace_back();
    out.sequence = view->pools.size() == 1
                       ? sequence
                       : OnlyKnown(UnpackSlots(pool.sequence()), [&](uint16_t slot) {
                           return slot < slots.known.size() && slots.known[slot];
                         });
    out.mask = out.sequence.empty() ? 0 : static_cast<uint32_t>(out.sequence.size() - 1);
    out.usable = !out.sequence.empty() && !pool.last_resort();
  }
  view->pools[0].usable = !view->pools[0].sequence.empty();
  if (policy::Keyed(kind)) MakeKeyedPools(plan, slots, last, *view);
  for (const v1::MethodShield& shield : plan.method_shields()) {
    view->method_shields.push_back(uint64_t{shield.method_hash()} << 32 | shield.slot());
  }
  std::sort(view->method_shields.begin(), view->method_shields.end());
  return view;
}

}  // namespace bellrock::routing::client
