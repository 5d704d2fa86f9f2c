// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "routing/keyed_members.h"
#include "routing/locality/levels.h"
#include "routing/method_hash.h"
#include "routing/policy/keyed.h"
#include "routing/rules/selector.h"

namespace bellrock::routing {
namespace {

constexpr size_t kSharesShown = 10;

// One explanation while it is written.
class Explainer {
 public:
  Explainer(const RouteTable& table, const v1::RoutePlan& plan, const v1::ServiceTable& described,
            const v1::ExplainRequest& request)
      : table_(table), plan_(plan), described_(described), request_(request) {}

  v1::ExplainReply Run() {
    Refusal();
    const std::optional<uint32_t> pool = Rules();
    if (!pool) return std::move(reply_);
    Levels(*pool);
    Shields(*pool);
    Methods();
    const bool by_key = policy::Keyed(table_.kind) && !request_.key().empty();
    if (by_key) {
      Key(*pool);
    } else {
      Weights(*pool);
    }
    return std::move(reply_);
  }

 private:
  void Say(const std::string& stage, std::string text) {
    v1::ExplainReply::Step& step = *reply_.add_steps();
    step.set_stage(stage);
    step.set_text(std::move(text));
  }

  void Refusal() {
    if (table_.refused_share <= 0) return;
    Say("overload", fmt::format("{:.0f} % of the calls are refused with -10000: {}",
                                table_.refused_share * 100, described_.overload()));
  }

  std::optional<uint32_t> Rules() {
    if (table_.rules.empty()) {
      Say("rules", "none: every call goes to all instances");
      return 0;
    }
    std::vector<std::pair<std::string, std::string>> headers(request_.headers().begin(),
                                                             request_.headers().end());
    Request asked;
    asked.caller = request_.caller();
    asked.method = request_.method();
    asked.key = request_.key();
    asked.lane = request_.lane();
    asked.headers = headers;
    std::vector<bool> usable;
    for (size_t k = 0; k < table_.pools.size(); ++k) {
      usable.push_back(!SequenceOf(k).empty() && (k == 0 || !table_.pools[k].last_resort));
    }
    std::vector<std::string> lines;
    const rules::Selector selector(plan_);
    auto selected = selector.Explain(asked, 0, usable, lines);
    for (std::string& line : lines) Say("rules", std::move(line));
    if (!selected.ok()) {
      reply_.set_problem(std::string(selected.status().message()));
      return std::nullopt;
    }
    Say("rules", fmt::format("pool '{}'", table_.pools[selected->pool].name));
    return selected->pool;
  }

  void Levels(uint32_t pool) {
    const TablePool& shares = table_.pools[pool];
    std::string text = fmt::format(
        "of {} instances: unit {:.0f} %, site {:.0f} %, region {:.0f} %, "
        "far {:.0f} %",
        shares.members.size(), shares.level_shares[0] * 100, shares.level_shares[1] * 100,
        shares.level_shares[2] * 100, shares.level_shares[3] * 100);
    if (!shares.level_reason.empty()) text += "; " + shares.level_reason;
    Say("levels", std::move(text));
    if (!shares.protection.empty()) Say("levels", shares.protection);
  }

  void Shields(uint32_t pool) {
    for (const v1::InstanceRoute& route : described_.instances()) {
      const auto& members = table_.pools[pool].members;
      if (route.reason().empty() ||
          !std::binary_search(members.begin(), members.end(), route.slot())) {
        continue;
      }
      Say("shield", fmt::format("{}: {}", route.path(), route.reason()));
    }
  }

  void Methods() {
    if (request_.method().empty()) return;
    const uint32_t hash = MethodHash(request_.method());
    for (const v1::MethodShield& shield : table_.method_shields) {
      if (shield.method_hash() != hash || !table_.entries[shield.slot()].spec) continue;
      Say("shield", fmt::format("this method is kept from {}: {}",
                                table_.entries[shield.slot()].spec->path, shield.reason()));
    }
  }

  void Weights(uint32_t pool) {
    std::vector<uint32_t> turns(table_.entries.size(), 0);
    const std::vector<uint16_t>& sequence = SequenceOf(pool);
    for (const uint16_t slot : sequence) ++turns[slot];
    std::vector<uint32_t> order;
    for (uint32_t slot = 0; slot < turns.size(); ++slot) {
      if (turns[slot] > 0) order.push_back(slot);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return turns[a] > turns[b]; });
    if (order.empty()) {
      reply_.set_problem("no instance of the pool can be called");
      return;
    }
    for (size_t k = 0; k < std::min(order.size(), kSharesShown); ++k) {
      const InstanceSpec& spec = *table_.entries[order[k]].spec;
      Say("weights",
          fmt::format("{:5.1f} %  {} ({}), weight {} x {:.2f}",
                      100.0 * turns[order[k]] / static_cast<double>(sequence.size()), spec.path,
                      spec.address, spec.static_weight, table_.entries[order[k]].dynamic_weight));
    }
    if (order.size() > kSharesShown) {
      Say("weights", fmt::format("and {} more", order.size() - kSharesShown));
    }
    Say("policy", fmt::format("{}: {}", policy::NameOf(table_.kind),
                              policy::Sampled(table_.kind) ? "the better of two by weight"
                                                           : "by weight, in turn"));
    Found(order[0]);
  }

  void Key(uint32_t pool) {
    const v1::KeyedSettings& settings = plan_.settings().keyed();
    const std::vector<uint32_t>& members = table_.pools[pool].members;
    std::vector<uint8_t> levels;
    for (const TableEntry& entry : table_.entries) levels.push_back(entry.level);
    const auto keyed =
        KeyedMembersOf(settings, {members.begin(), members.end()}, levels,
                       [&](uint16_t slot) { return table_.entries[slot].spec.get(); });
    auto made = policy::KeyedPool::Make(table_.kind, settings, keyed);
    if (!made.ok()) {
      reply_.set_problem(std::string(made.status().message()));
      return;
    }
    const auto never = [](uint16_t) { return false; };
    const policy::KeyedPool::Choice choice = (*made)->Choose(
        request_.key(), [&](uint16_t slot) { return Well(slot); }, never, never);
    using Outcome = policy::KeyedPool::Outcome;
    if (choice.outcome == Outcome::kNobody) {
      reply_.set_problem("no instance holds this key");
      return;
    }
    Say("policy", fmt::format("{}: key '{}' belongs to {}", policy::NameOf(table_.kind),
                              request_.key(), table_.entries[choice.owner].spec->path));
    if (choice.outcome == Outcome::kWait) reply_.set_problem("its owner is away and is waited for");
    if (choice.outcome == Outcome::kFail) reply_.set_problem("its owner is away: the call fails");
    if (choice.outcome != Outcome::kFound) return;
    if (choice.slot != choice.owner) Say("shield", "its owner is away; the next instance takes it");
    Found(choice.slot);
  }

  bool Well(uint16_t slot) const {
    const TableEntry& entry = table_.entries[slot];
    return entry.spec && entry.phase != ShieldPhase::kShielded &&
           entry.spec->availability == Availability::kUsable;
  }
  const std::vector<uint16_t>& SequenceOf(size_t pool) const {
    return pool == 0 ? table_.sequence : table_.pools[pool].sequence;
  }
  void Found(uint32_t slot) {
    reply_.set_path(table_.entries[slot].spec->path);
    reply_.set_address(table_.entries[slot].spec->address);
  }

  const RouteTable& table_;
  const v1::RoutePlan& plan_;
  const v1::ServiceTable& described_;
  const v1::ExplainRequest& request_;
  v1::ExplainReply reply_;
};

}  // namespace

v1::ExplainReply Explain(const RouteTable& table, const v1::RoutePlan& plan,
                         const v1::ServiceTable& described, const v1::ExplainRequest& request) {
  if (table.pools.empty()) {
    v1::ExplainReply reply;
    reply.set_problem("no list of instances has come yet");
    return reply;
  }
  return Explainer(table, plan, described, request).Run();
}

}  // namespace bellrock::routing
