// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/rules/selector.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cmath>

namespace bellrock::routing::rules {
namespace {

std::string PoolName(const v1::RoutePlan& plan, uint32_t pool) {
  const std::string& name = plan.pools(static_cast<int>(pool)).name();
  return name.empty() ? fmt::format("pool {}", pool) : name;
}

uint64_t HashOf(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace

Selector::Selector(const v1::RoutePlan& plan) {
  rules_.reserve(static_cast<size_t>(plan.rules_size()));
  for (const v1::CompiledRule& compiled : plan.rules()) {
    if (std::optional<Rule> rule = MakeRule(compiled, plan)) rules_.push_back(*std::move(rule));
  }
}

std::optional<Selector::Rule> Selector::MakeRule(const v1::CompiledRule& compiled,
                                                 const v1::RoutePlan& plan) {
  const double percent = compiled.percent() == 0 ? 100 : compiled.percent();
  if (!(percent > 0 && percent <= 100)) return std::nullopt;
  Rule rule;
  rule.name = compiled.name();
  rule.wants = compiled.wants();
  rule.seed = HashOf(rule.name);
  rule.part = percent / 100;
  rule.strict = compiled.strict();
  if (!AddConditions(compiled, plan.place(), rule)) return std::nullopt;
  for (const v1::PoolChoice& to : compiled.to()) {
    if (std::optional<Choice> choice = MakeChoice(to, plan, rule)) {
      rule.choices.push_back(*std::move(choice));
    }
  }
  return rule;
}

bool Selector::AddConditions(const v1::CompiledRule& compiled, const v1::Place& place, Rule& rule) {
  for (const v1::Match& match : compiled.matches()) {
    std::optional<Condition> condition = Condition::Make(match, place);
    if (!condition) return false;
    if (condition->fixed()) {
      rule.never = rule.never || !condition->Holds({});
      rule.fixed.push_back(*std::move(condition));
    } else {
      rule.conditions.push_back(*std::move(condition));
    }
  }
  return true;
}

// nullopt: no such pool, or no call of this host can have these values.
std::optional<Selector::Choice> Selector::MakeChoice(const v1::PoolChoice& choice,
                                                     const v1::RoutePlan& plan, Rule& rule) {
  if (choice.pool() >= static_cast<uint32_t>(plan.pools_size())) return std::nullopt;
  Choice made{.pool = choice.pool(),
              .weight = std::max(choice.weight(), 1u),
              .when = {},
              .pool_name = PoolName(plan, choice.pool())};
  for (const auto& [name, value] : choice.when()) {
    const std::optional<Attribute> attribute = Attribute::Parse(name, plan.place());
    if (!attribute || value.empty()) return std::nullopt;
    if (attribute->fixed()) {
      if (attribute->In({}) != value) return std::nullopt;
      continue;
    }
    const std::optional<size_t> ask = AskFor(name, *attribute, rule);
    if (!ask) return std::nullopt;
    made.when.push_back({.ask = *ask, .hash = HashOf(value), .value = value});
  }
  return made;
}

// nullopt if the rule asks for too many already.
std::optional<size_t> Selector::AskFor(const std::string& name, const Attribute& attribute,
                                       Rule& rule) {
  const auto known = std::find(rule.ask_names.begin(), rule.ask_names.end(), name);
  if (known != rule.ask_names.end()) return static_cast<size_t>(known - rule.ask_names.begin());
  if (rule.asks.size() == kAsksMax) return std::nullopt;
  rule.ask_names.push_back(name);
  rule.asks.push_back(attribute);
  return rule.asks.size() - 1;
}

Selector::Answers Selector::Ask(const Rule& rule, const Request& request) {
  Answers answers;
  for (size_t k = 0; k < rule.asks.size(); ++k) {
    answers.values[k] = rule.asks[k].In(request);
    answers.hashes[k] = HashOf(answers.values[k]);
  }
  return answers;
}

bool Selector::AllHold(const std::vector<Condition>& conditions, const Request& request) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& condition) { return condition.Holds(request); });
}

bool Selector::Matches(const Rule& rule, const Request& request) {
  return !rule.never && AllHold(rule.conditions, request);
}

uint64_t Selector::Spread(const Rule& rule, const Request& request, uint64_t random) {
  if (request.key.empty()) return MixBits(random ^ rule.seed);
  return XXH3_64bits_withSeed(request.key.data(), request.key.size(), rule.seed);
}

// Compared so that who is within 5 % is also within 10 %.
bool Selector::WithinPart(const Rule& rule, const Request& request, uint64_t random) {
  if (rule.part >= 1) return true;
  return static_cast<double>(Spread(rule, request, random) >> 11) * 0x1p-53 < rule.part;
}

// `wants` with the call's own values for "$lane" and its like.
std::string Selector::Wanted(const Rule& rule, const Request& request) {
  if (rule.wants.empty()) return "what it asks for";
  std::string text;
  const std::string_view wants = rule.wants;
  for (size_t at = 0; at < wants.size();) {
    const size_t end = std::min(wants.find(' ', at), wants.size());
    const std::string_view word = wants.substr(at, end - at);
    const size_t dollar = word.find("=$");
    const auto attribute = dollar == std::string_view::npos
                               ? std::nullopt
                               : Attribute::Parse(word.substr(dollar + 2), {});
    if (!text.empty()) text += ' ';
    const std::string_view value = attribute ? attribute->In(request) : std::string_view();
    text += value.empty() ? std::string(word) : fmt::format("{}={}", word.substr(0, dollar), value);
    at = end + 1;
  }
  return text;
}

Status Selector::Refusal(const Rule& rule, const Request& request) {
  return UnavailableError(fmt::format("rule '{}' is strict and no usable instance has {}",
                                      rule.name, Wanted(rule, request)));
}

Selector::Finding Selector::ExplainRule(const Rule& rule, const Request& request, uint64_t random,
                                        const std::vector<bool>& pool_usable) {
  for (const auto* conditions : {&rule.fixed, &rule.conditions}) {
    for (const Condition& condition : *conditions) {
      if (condition.Holds(request)) continue;
      return {.text = fmt::format("does not match: asks for {}, but {}", condition.Describe(),
                                  condition.DescribeFinding(request))};
    }
  }
  const double percent = 100 * rule.part;
  if (!WithinPart(rule, request, random)) {
    return {.text = fmt::format("matches, but the call is not among its {:g} % ({})", percent,
                                request.key.empty() ? "by chance" : "by its key")};
  }
  const auto usable = [&](uint32_t pool) { return pool < pool_usable.size() && pool_usable[pool]; };
  const Choice* drawn = Choose(rule, request, random, [](uint32_t) { return true; });
  const Choice* choice = Choose(rule, request, random, usable);
  if (choice == nullptr) {
    return {.text = fmt::format("matches, but no usable instance has {}; {}", Wanted(rule, request),
                                rule.strict ? "strict: the call fails" : "on to the next rule"),
            .decides = rule.strict};
  }
  std::string text = fmt::format("chosen: {}", choice->pool_name);
  if (rule.part < 1) text += fmt::format(", the call is among its {:g} %", percent);
  if (drawn != choice) text += fmt::format(", for {} has no usable instance", drawn->pool_name);
  return {.text = std::move(text), .decides = true};
}

Result<Selector::Selection> Selector::Explain(const Request& request, uint64_t random,
                                              const std::vector<bool>& pool_usable,
                                              std::vector<std::string>& lines) const {
  bool decided = false;
  for (const Rule& rule : rules_) {
    Finding finding{.text = "not asked, an earlier rule has decided", .decides = true};
    if (!decided) finding = ExplainRule(rule, request, random, pool_usable);
    lines.push_back(fmt::format("{}: {}", rule.name, finding.text));
    decided = finding.decides;
  }
  return Select(request, random,
                [&](uint32_t pool) { return pool < pool_usable.size() && pool_usable[pool]; });
}

}  // namespace bellrock::routing::rules
