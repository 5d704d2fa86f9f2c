// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/splitmix.h"
#include "bellrock/routing/v1/plan.pb.h"
#include "bellrock/status.h"
#include "routing/request.h"
#include "routing/rules/condition.h"

namespace bellrock::routing::rules {

// Which pool of a plan a call goes to, and by which rule. The one place where rules are evaluated:
// in the calling process for each call, and for `explain`. Immutable and shared between threads; a
// service without rules has none (nullptr) and costs nothing.
class Selector {
 public:
  // Plans come from another process: what does not make sense in one is left out.
  explicit Selector(const v1::RoutePlan& plan);

  struct Selection {
    uint32_t pool = 0;
    std::string_view rule;  // "" = none matched; lives as long as the selector
  };
  // `usable(pool)` says whether a pool has an instance to go to. `random` decides percentages of
  // calls without a key. kUnavailable naming the rule if a strict one has no usable destination.
  // Allocates nothing but that status.
  template <typename Usable>
  Result<Selection> Select(const Request& request, uint64_t random, Usable&& usable) const;

  // The same with what was looked at, for people: one line per rule.
  Result<Selection> Explain(const Request& request, uint64_t random,
                            const std::vector<bool>& pool_usable,
                            std::vector<std::string>& lines) const;

  bool empty() const { return rules_.empty(); }

 private:
  static constexpr size_t kAsksMax = kAttributesPerRuleMax;

  // The call must have this value of rule.asks[ask]. Hashes first: there may be a pool for each of
  // many lanes.
  struct When {
    size_t ask = 0;
    uint64_t hash = 0;
    std::string value;
  };
  struct Choice {
    uint32_t pool = 0;
    uint32_t weight = 1;
    std::vector<When> when;
    std::string pool_name;
  };
  struct Answers {
    std::array<std::string_view, kAsksMax> values;
    std::array<uint64_t, kAsksMax> hashes;
  };
  struct Rule {
    std::string name;
    std::string wants;
    uint64_t seed = 0;  // makes rules independent: the 5 % of one are not those of another
    double part = 1;    // of the calls that match
    bool strict = false;
    bool never = false;                 // no call of this host matches
    std::vector<Condition> conditions;  // that differ between calls
    std::vector<Condition> fixed;       // that do not, for people
    std::vector<Attribute> asks;        // of which choices want certain values
    std::vector<std::string> ask_names;
    std::vector<Choice> choices;
  };

  static std::optional<Rule> MakeRule(const v1::CompiledRule& compiled, const v1::RoutePlan& plan);
  static bool AddConditions(const v1::CompiledRule& compiled, const v1::Place& place, Rule& rule);
  static std::optional<Choice> MakeChoice(const v1::PoolChoice& choice, const v1::RoutePlan& plan,
                                          Rule& rule);
  static std::optional<size_t> AskFor(const std::string& name, const Attribute& attribute,
                                      Rule& rule);

  static bool Matches(const Rule& rule, const Request& request);
  static uint64_t Spread(const Rule& rule, const Request& request, uint64_t random);
  static bool WithinPart(const Rule& rule, const Request& request, uint64_t random);
  static bool AllHold(const std::vector<Condition>& conditions, const Request& request);
  static Answers Ask(const Rule& rule, const Request& request);
  static bool Fits(const Choice& choice, const Answers& answers);
  static Status Refusal(const Rule& rule, const Request& request);
  static std::string Wanted(const Rule& rule, const Request& request);

  struct Finding {
    std::string text;
    bool decides = false;  // later rules are not asked
  };
  static Finding ExplainRule(const Rule& rule, const Request& request, uint64_t random,
                             const std::vector<bool>& pool_usable);

  template <typename Allowed>
  static const Choice* Draw(const Rule& rule, const Answers& answers, uint64_t ticket,
                            Allowed&& allowed);
  template <typename Usable>
  static const Choice* Choose(const Rule& rule, const Request& request, uint64_t random,
                              Usable&& usable);

  std::vector<Rule> rules_;
};

inline bool Selector::Fits(const Choice& choice, const Answers& answers) {
  for (const When& when : choice.when) {
    if (answers.hashes[when.ask] != when.hash) return false;
    if (answers.values[when.ask] != when.value) return false;
  }
  return true;
}

template <typename Usable>
Result<Selector::Selection> Selector::Select(const Request& request, uint64_t random,
                                             Usable&& usable) const {
  for (const Rule& rule : rules_) {
    if (!Matches(rule, request) || !WithinPart(rule, request, random)) continue;
    if (const Choice* choice = Choose(rule, request, random, usable)) {
      return Selection{.pool = choice->pool, .rule = rule.name};
    }
    if (rule.strict) return Refusal(rule, request);
  }
  return Selection{};
}

// First among all that fit, and only if that one is not usable among those that are: a pool that
// fails moves no other keys than its own.
template <typename Usable>
const Selector::Choice* Selector::Choose(const Rule& rule, const Request& request, uint64_t random,
                                         Usable&& usable) {
  const bool draws = rule.choices.size() > 1;
  const uint64_t ticket = draws ? MixBits(Spread(rule, request, random)) : 0;
  const Answers answers = Ask(rule, request);
  const Choice* drawn = Draw(rule, answers, ticket, [](uint32_t) { return true; });
  if (drawn == nullptr || usable(drawn->pool)) return drawn;
  return Draw(rule, answers, MixBits(ticket), usable);
}

template <typename Allowed>
const Selector::Choice* Selector::Draw(const Rule& rule, const Answers& answers, uint64_t ticket,
                                       Allowed&& allowed) {
  uint64_t total = 0;
  size_t fitting = 0;
  const Choice* last = nullptr;
  for (const Choice& choice : rule.choices) {
    if (!Fits(choice, answers) || !allowed(choice.pool)) continue;
    total += choice.weight;
    last = &choice;
    ++fitting;
  }
  if (fitting <= 1) return last;
  auto at = static_cast<uint64_t>(static_cast<double>(ticket >> 11) * 0x1p-53 *
                                  static_cast<double>(total));
  for (const Choice& choice : rule.choices) {
    if (!Fits(choice, answers) || !allowed(choice.pool)) continue;
    if (at < choice.weight) return &choice;
    at -= choice.weight;
  }
  return last;  // `allowed` has changed meanwhile
}

}  // namespace bellrock::routing::rules
