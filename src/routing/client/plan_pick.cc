// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/plan_pick.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "routing/client/plan_view.h"
#include "routing/policy/bounded_ring.h"
#include "routing/policy/least_request.h"
#include "routing/policy/p2c.h"
#include "routing/policy/two_choices.h"

namespace bellrock::routing::client {
namespace {

bool Tried(std::span<const uint32_t> tried, uint16_t slot) {
  return std::find(tried.begin(), tried.end(), slot) != tried.end();
}

Status Refused(const View& view, double share) {
  return ResourceExhaustedError(fmt::format(
      "-10000: service '{}' is overloaded: {:.0f} % of its calls are refused here, until it serves "
      "again (docs/routing-shields.md)",
      view.service, share * 100));
}

// The second's weight counts as a multiple of the first's.
uint16_t BetterOfTwo(const View& view, const PlanView& plan, const PoolView& pool, uint32_t turn) {
  const policy::Candidates two = policy::TwoOf(pool.sequence, turn);
  if (two.first == two.second) return two.first;
  const policy::Load first = view.loads->Of(two.first);
  const policy::Load second = view.loads->Of(two.second);
  const double scale = std::max(plan.WeightOf(two.first), uint32_t{1});
  const double ratio = std::max(plan.WeightOf(two.second), uint32_t{1}) / scale;
  const policy::LoadOptions options;
  const Time now = view.loads->now();
  const bool by_time = plan.kind == policy::Kind::kP2c;
  const double score_first =
      by_time ? policy::P2cScore(first, options, now) : policy::LeastRequestScore(first);
  const double score_second = by_time ? policy::P2cScore(second, options, now, ratio)
                                      : policy::LeastRequestScore(second, ratio);
  return score_second < score_first ? two.second : two.first;
}

Result<uint16_t> PickByKey(const View& view, const PlanView& plan, const PoolView& pool,
                           const PickQuery& query) {
  const policy::KeyedPool::Choice choice = pool.keyed->Choose(
      query.request.key, [&](uint16_t slot) { return plan.Usable(slot); },
      [&](uint16_t slot) { return Tried(query.tried, slot); },
      [&](uint16_t slot) {
        return view.loads != nullptr &&
               policy::IsFull(plan.keyed_settings.bounded_load(),
                              {.in_flight = view.loads->in_flight(), .weight = pool.weight},
                              plan.WeightOf(slot), view.loads->Of(slot).in_flight);
      });
  switch (choice.outcome) {
    case policy::KeyedPool::Outcome::kFound:
      return choice.slot;
    case policy::KeyedPool::Outcome::kWait:
      return AbortedError(fmt::format("service '{}': key '{}' belongs to {}, which is away",
                                      view.service, query.request.key, view.NameOf(choice.owner)));
    case policy::KeyedPool::Outcome::kFail:
      return UnavailableError(
          fmt::format("service '{}': key '{}' belongs to {}, which is away, and the service's "
                      "settings allow no other (keyed.when_shielded)",
                      view.service, query.request.key, view.NameOf(choice.owner)));
    case policy::KeyedPool::Outcome::kNobody:
      break;
  }
  return UnavailableError(fmt::format(
      "service '{}': no instance holds key '{}'; see the label 'units' of its instances and the "
      "setting keyed.unit_digits",
      view.service, query.request.key));
}

}  // namespace

Result<uint16_t> PickByPlan(const View& view, ThreadView& mine, const PickQuery& query) {
  const PlanView& plan = *view.plan;
  // A retry was let through once; refusing it now would waste what was done.
  if (plan.refused_share > 0 && query.tried.empty() &&
      mine.refuser.Refuse(plan.refused_share, query.qos)) {
    view.counters->AddRefused(mine.stripe);
    return Refused(view, plan.refused_share);
  }
  uint32_t number = 0;
  if (plan.selector) {
    BELLROCK_ASSIGN(rules::Selector::Selection selection,
                    plan.selector->Select(query.request, mine.NextRandom(), [&](uint32_t pool) {
                      return pool < plan.pools.size() && plan.pools[pool].usable;
                    }));
    number = selection.pool;
  }
  const PoolView& pool = plan.pools[number];
  if (pool.keyed && !query.request.key.empty()) return PickByKey(view, plan, pool, query);
  if (pool.sequence.empty()) return UnavailableError(view.why_empty);
  Claim& claim = mine.ClaimOf(number);
  const uint32_t turn = claim.Next(*view.cursors, number);
  uint16_t slot = pool.sequence[turn & pool.mask];
  if (view.loads && policy::Sampled(plan.kind)) slot = BetterOfTwo(view, plan, pool, turn);
  return Another(pool.sequence, claim.next(), slot, [&](uint16_t next) {
    return Tried(query.tried, next) || plan.MethodShielded(query.method_hash, next);
  });
}

}  // namespace bellrock::routing::client
