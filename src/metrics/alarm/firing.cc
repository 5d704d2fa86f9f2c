// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/firing.h"

#include <fmt/format.h>

#include <map>
#include <string_view>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/rule_terms.h"

namespace bellrock::metrics::alarm {
namespace {

constexpr uint64_t kFnvOffset = 14695981039346656037ull;
constexpr uint64_t kFnvPrime = 1099511628211ull;
constexpr char kSeparator = '\xff';

uint64_t HashText(uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * kFnvPrime;
  return (hash ^ static_cast<uint8_t>(kSeparator)) * kFnvPrime;
}

std::string OwnerOf(const v1::AlarmSettings& settings, const v1::AlarmRule& rule,
                    const std::string& service) {
  if (!rule.owner().empty()) return rule.owner();
  for (const v1::AlarmOwner& owner : settings.owners()) {
    if (PatternMatches(owner.service(), service)) return owner.owner();
  }
  return {};
}

}  // namespace

Labels LabelsFor(const v1::AlarmSettings& settings, const v1::AlarmRule& rule,
                 const GroupKey& key) {
  Labels labels = rule.labels();
  labels["alertname"] = rule.name();
  labels["severity"] = rule.severity().empty() ? "warning" : rule.severity();
  for (size_t i = 0; i < key.size(); ++i) {
    const bool service = i == 0;
    labels[service ? "service" : rule.group_by(static_cast<int>(i) - 1)] = key[i];
  }
  const std::string owner = OwnerOf(settings, rule, key.empty() ? std::string() : key[0]);
  if (!owner.empty()) labels["owner"] = owner;
  return labels;
}

std::string FingerprintOf(const Labels& labels) {
  const std::map<std::string_view, std::string_view> sorted(labels.begin(), labels.end());
  uint64_t hash = kFnvOffset;
  for (const auto& [name, value] : sorted) hash = HashText(HashText(hash, name), value);
  return fmt::format("{:016x}", hash);
}

std::string FiringId(const std::string& fingerprint, int64_t fired_at) {
  return fmt::format("{}-{}", fingerprint, fired_at);
}

v1::AlarmFiring NewFiring(const v1::AlarmSettings& settings, const v1::AlarmRule& rule,
                          const GroupKey& key, const v1::AlarmTrack& track) {
  v1::AlarmFiring firing;
  *firing.mutable_labels() = LabelsFor(settings, rule, key);
  *firing.mutable_annotations() = rule.annotations();
  firing.set_fingerprint(FingerprintOf(firing.labels()));
  firing.set_id(FiringId(firing.fingerprint(), track.fired_at()));
  firing.set_rule(RuleId(rule));
  firing.mutable_key()->Assign(key.begin(), key.end());
  firing.set_since(track.since());
  firing.set_fired_at(track.fired_at());
  return firing;
}

void NoteBreach(const v1::AlarmRule& rule, const Judgement& judgement, double completeness,
                v1::AlarmFiring& firing) {
  firing.set_value(judgement.value);
  firing.set_baseline(judgement.baseline);
  firing.set_bound(rule.condition().bound());
  firing.set_calls(judgement.calls);
  firing.set_completeness(completeness);
  *firing.mutable_figure() = rule.figure();
  *firing.mutable_condition() = rule.condition();
  const bool doubtful = completeness < CompletenessMin(rule);
  firing.set_note(
      doubtful ? fmt::format("only {:.1f} % of the calls are counted so far", completeness * 100)
               : "");
}

}  // namespace bellrock::metrics::alarm
