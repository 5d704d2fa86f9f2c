// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/rules/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "routing/locality/levels.h"
#include "routing/rules/condition.h"

namespace bellrock::routing::rules {
namespace {

constexpr std::string_view kLane = "lane";
constexpr std::string_view kSet = "set";

using Labels = std::map<std::string, std::string>;

std::string TextOf(const Labels& labels) {
  std::string text;
  for (const auto& [label, value] : labels) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", label, value);
  }
  return text;
}

// A destination of a rule, as far as it is known before the call.
struct Wanted {
  Labels fixed;
  std::vector<std::pair<std::string, std::string>> open;  // label, attribute of the call
  bool for_nobody = false;  // asks for "$caller.site" and its like of a caller that has none

  bool Names(std::string_view label) const {
    return fixed.contains(std::string(label)) ||
           std::any_of(open.begin(), open.end(), [&](const auto& o) { return o.first == label; });
  }
  std::string Text() const {
    Labels labels = fixed;
    for (const auto& [label, attribute] : open) labels[label] = "$" + attribute;
    return labels.empty() ? "no label" : TextOf(labels);
  }
};

// Makes one Compiled and is gone.
class Compiler {
 public:
  Compiler(const v1::RouteSettings& settings, const std::vector<Candidate>& candidates,
           const v1::Place& place);

  Compiled Run();

 private:
  struct Marks {
    bool on = false;    // an instance that carries the label is set apart
    bool rule = false;  // calls with the attribute go to those of the label
    bool strict = false;
  };
  using Values = std::vector<std::string_view>;

  std::string_view LabelOf(const InstanceSpec& spec, const std::string& label) const;
  Marks MarksOf(const v1::Lanes& lanes, const std::string& label) const;
  void MakeDefaultPool();
  void AddMarksRule(std::string_view name, const Marks& marks, std::string_view label,
                    const std::string& attribute);
  void AddRule(const v1::Rule& rule);
  std::optional<bool> MatchedFromHere(const v1::Rule& rule);
  std::optional<Wanted> Resolve(const v1::Destination& destination, const std::string& rule);
  void AddChoices(const Wanted& wanted, uint32_t weight, v1::CompiledRule& out);
  bool Eligible(const InstanceSpec& spec, const Wanted& wanted) const;
  std::optional<Values> OpenValues(const InstanceSpec& spec, const Wanted& wanted) const;
  std::optional<uint32_t> PoolOf(const Labels& labels, std::vector<uint32_t> slots);
  void Complain(std::string what);

  const v1::RouteSettings& settings_;
  const v1::Place& place_;
  std::vector<Candidate> candidates_;  // ascending by slot
  Marks lanes_;
  Marks sets_;
  std::map<Labels, uint32_t> pool_of_;
  std::set<Labels> beyond_;  // pools that were too many
  Compiled compiled_;
};

Compiler::Compiler(const v1::RouteSettings& settings, const std::vector<Candidate>& candidates,
                   const v1::Place& place)
    : settings_(settings), place_(place), candidates_(candidates) {
  std::sort(candidates_.begin(), candidates_.end(),
            [](const Candidate& a, const Candidate& b) { return a.slot < b.slot; });
  lanes_ = MarksOf(settings.lanes(), std::string(kLane));
  sets_ = MarksOf(settings.sets(), std::string(kSet));
}

Compiler::Marks Compiler::MarksOf(const v1::Lanes& lanes, const std::string& label) const {
  if (lanes.mode() == v1::Lanes::MODE_OFF) return {};
  const bool carried = std::any_of(candidates_.begin(), candidates_.end(), [&](const Candidate& c) {
    return !LabelOf(*c.spec, label).empty();
  });
  const bool asked = lanes.mode() == v1::Lanes::MODE_PERMISSIVE ||  //
                     lanes.mode() == v1::Lanes::MODE_STRICT;
  return {
      .on = carried, .rule = carried || asked, .strict = lanes.mode() == v1::Lanes::MODE_STRICT};
}

std::string_view Compiler::LabelOf(const InstanceSpec& spec, const std::string& label) const {
  if (label == "site") return spec.site;
  if (label == "region") return locality::RegionOf(settings_.locality(), spec);
  if (label == "cluster") return spec.cluster;
  if (label == "version" && !spec.version.empty()) return spec.version;
  return spec.label(label);
}

Compiled Compiler::Run() {
  MakeDefaultPool();
  AddMarksRule(kLanesRule, lanes_, kLane, "lane");
  AddMarksRule(kSetsRule, sets_, kSet, "caller.set");
  const int rules = std::min(settings_.rules_size(), kRulesMax);
  for (int k = 0; k < rules; ++k) {
    if (!settings_.rules(k).disabled()) AddRule(settings_.rules(k));
  }
  if (!beyond_.empty()) {
    Complain(fmt::format("rules need {} pools, {} is the most; the first without one: {}",
                         compiled_.pools.size() + beyond_.size(), kPoolsMax,
                         TextOf(*beyond_.begin())));
  }
  return std::move(compiled_);
}

void Compiler::MakeDefaultPool() {
  std::vector<uint32_t> outside;
  std::vector<uint32_t> of_sets;
  for (const Candidate& candidate : candidates_) {
    if (lanes_.on && !LabelOf(*candidate.spec, "lane").empty()) continue;
    const bool in_set = sets_.on && !LabelOf(*candidate.spec, "set").empty();
    (in_set ? of_sets : outside).push_back(candidate.slot);
  }
  if (outside.empty() && !of_sets.empty() && !sets_.strict) {
    Complain("all instances are in sets: calls from elsewhere go to all of them");
    outside = std::move(of_sets);
  } else if (outside.empty() && !candidates_.empty()) {
    Complain("all instances are in lanes or sets: other calls find nobody");
  }
  compiled_.pools.push_back({.name = "default", .slots = std::move(outside)});
  pool_of_.emplace(Labels(), 0);
}

void Compiler::AddMarksRule(std::string_view name, const Marks& marks, std::string_view label,
                            const std::string& attribute) {
  if (!marks.rule) return;
  v1::Rule rule;
  rule.set_name(std::string(name));
  rule.set_strict(marks.strict);
  v1::Match& match = *rule.add_matches();
  match.set_attribute(attribute);
  match.set_op(v1::Match::OP_PRESENT);
  (*rule.add_to()->mutable_labels())[std::string(label)] = "$" + attribute;
  AddRule(rule);
}

void Compiler::AddRule(const v1::Rule& rule) {
  const std::optional<bool> matched = MatchedFromHere(rule);
  if (!matched) {
    Complain(fmt::format("rule '{}' asks for what this version does not know", rule.name()));
    return;
  }
  v1::CompiledRule out;
  out.set_name(rule.name());
  *out.mutable_matches() = rule.matches();
  out.set_percent(rule.percent() == 0 ? 100 : rule.percent());
  out.set_strict(rule.strict());
  std::vector<std::string> wants;
  for (const v1::Destination& destination : rule.to()) {
    const std::optional<Wanted> wanted = Resolve(destination, rule.name());
    if (!wanted) continue;
    wants.push_back(wanted->Text());
    if (*matched && !wanted->for_nobody)
      AddChoices(*wanted, std::max(destination.weight(), 1u), out);
  }
  out.set_wants(fmt::format("{}", fmt::join(wants, " or ")));
  compiled_.rules.push_back(std::move(out));
}

// Whether calls from this place can match; nullopt if that cannot be told.
std::optional<bool> Compiler::MatchedFromHere(const v1::Rule& rule) {
  bool matched = true;
  for (const v1::Match& match : rule.matches()) {
    const std::optional<Condition> condition = Condition::Make(match, place_);
    if (!condition) return std::nullopt;
    if (condition->fixed() && !condition->Holds({})) matched = false;
  }
  return matched;
}

std::optional<Wanted> Compiler::Resolve(const v1::Destination& destination,
                                        const std::string& rule) {
  Wanted wanted;
  for (const auto& [label, value] : destination.labels()) {
    if (!value.starts_with('$')) {
      wanted.fixed[label] = value;
      continue;
    }
    const std::string attribute = value.substr(1);
    const std::optional<Attribute> known = Attribute::Parse(attribute, place_);
    if (!known) {
      Complain(fmt::format("rule '{}' sends calls to {}={}, which this version does not know", rule,
                           label, value));
      return std::nullopt;
    }
    const std::string_view here = known->In({});
    if (here.empty()) {
      wanted.open.emplace_back(label, attribute);
      wanted.for_nobody = wanted.for_nobody || known->fixed();
    } else {
      wanted.fixed[label] = here;
    }
  }
  std::sort(wanted.open.begin(), wanted.open.end());
  return wanted;
}

bool Compiler::Eligible(const InstanceSpec& spec, const Wanted& wanted) const {
  if (lanes_.on && !wanted.Names(kLane) && !LabelOf(spec, "lane").empty()) return false;
  if (sets_.on && !wanted.Names(kSet)) {
    const std::string_view set = LabelOf(spec, "set");
    if (!set.empty() && set != place_.set()) return false;
  }
  return std::all_of(wanted.fixed.begin(), wanted.fixed.end(),
                     [&](const auto& label) { return LabelOf(spec, label.first) == label.second; });
}

// nullopt if the instance lacks one.
std::optional<Compiler::Values> Compiler::OpenValues(const InstanceSpec& spec,
                                                     const Wanted& wanted) const {
  Values values;
  for (const auto& [label, attribute] : wanted.open) {
    values.push_back(LabelOf(spec, label));
    if (values.back().empty()) return std::nullopt;
  }
  return values;
}

void Compiler::AddChoices(const Wanted& wanted, uint32_t weight, v1::CompiledRule& out) {
  const bool everybody = wanted.fixed.empty() && wanted.open.empty();
  std::map<Values, std::vector<uint32_t>> groups;
  for (const Candidate& candidate : candidates_) {
    if (everybody || !Eligible(*candidate.spec, wanted)) continue;
    if (std::optional<Values> values = OpenValues(*candidate.spec, wanted)) {
      groups[*std::move(values)].push_back(candidate.slot);
    }
  }
  if (everybody) groups[Values()];  // the default pool, whoever is in it
  for (auto& [values, slots] : groups) {
    Labels labels = wanted.fixed;
    v1::PoolChoice choice;
    for (size_t k = 0; k < values.size(); ++k) {
      const auto& [label, attribute] = wanted.open[k];
      labels[label] = values[k];
      const auto [said, first] = choice.mutable_when()->insert({attribute, std::string(values[k])});
      if (!first && said->second != values[k]) labels.clear();
    }
    if (labels.empty() && !everybody) continue;  // no call has two values of one attribute
    const std::optional<uint32_t> pool = PoolOf(labels, std::move(slots));
    if (!pool) continue;
    choice.set_pool(*pool);
    choice.set_weight(weight);
    *out.add_to() = std::move(choice);
  }
}

std::optional<uint32_t> Compiler::PoolOf(const Labels& labels, std::vector<uint32_t> slots) {
  if (const auto found = pool_of_.find(labels); found != pool_of_.end()) return found->second;
  if (compiled_.pools.size() >= kPoolsMax) {
    beyond_.insert(labels);
    return std::nullopt;
  }
  const auto pool = static_cast<uint32_t>(compiled_.pools.size());
  compiled_.pools.push_back({.name = TextOf(labels), .slots = std::move(slots)});
  pool_of_.emplace(labels, pool);
  return pool;
}

void Compiler::Complain(std::string what) {
  if (!compiled_.problem.empty()) compiled_.problem += "; ";
  compiled_.problem += std::move(what);
}

}  // namespace

Compiled Compile(const v1::RouteSettings& settings, const std::vector<Candidate>& candidates,
                 const v1::Place& place) {
  return Compiler(settings, candidates, place).Run();
}

}  // namespace bellrock::routing::rules
