// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/settings_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "routing/policy/kind.h"
#include "routing/rules/attribute.h"
#include "routing/rules/compile.h"
#include "routing/rules/condition.h"

namespace bellrock::routing {
namespace {

constexpr size_t kBytesMax = size_t{256}
                             << 10;      // all settings of a service, for each host has them
constexpr int kMatchesMax = 16;          // of a rule
constexpr int kValuesMax = 256;          // of a match
constexpr int kDestinationsMax = 16;     // of a rule: each costs a pass over the instances
constexpr int kLabelsMax = 16;           // of a destination
constexpr uint32_t kWeightMax = 10'000;  // of a destination; as of instances
constexpr size_t kTextMax = 256;         // bytes of a name or value
constexpr int kMovesMax = 16;
constexpr size_t kSitesMax = 4096;
constexpr int kUnitDigitsMax = 6;        // a million UNITs
constexpr uint32_t kDigitPlaceMax = 18;  // of a 64-bit number
constexpr uint32_t kMaglevMin = 101;
constexpr uint32_t kMaglevMax = 1'000'003;
constexpr int64_t kDayMs = int64_t{24} * 3600 * 1000;
constexpr int64_t kBackoffMaxMs = int64_t{10} * 60 * 1000;
constexpr int64_t kMoveMaxMs = 30 * kDayMs;
constexpr double kGradientRegion = 0.001;  // defaults, as in locality/levels.cc
constexpr double kGradientFar = 0.000001;
constexpr int64_t kBackoffMinDefaultMs = 100;  // as in ShieldOptions
constexpr int64_t kBackoffMaxDefaultMs = 5000;

// Collects what is wrong. A field's name is its path in the settings: "rules[2].percent".
class Problems {
 public:
  void Add(std::string_view field, std::string_view value, std::string_view remedy) {
    ++count_;
    if (count_ > kProblemsNamed) return;
    if (!text_.empty()) text_ += "; ";
    text_ += fmt::format("{} {}: {}", field, value, remedy);
  }
  // Not NaN, and both ends belong to it. Zero is the default where one is said to be.
  void Range(std::string_view field, double value, double low, double high) {
    if (value >= low && value <= high) return;
    Add(field, fmt::format("{}", value), fmt::format("must be from {} to {}", low, high));
  }
  void ZeroOrRange(std::string_view field, double value, double low, double high) {
    if (value == 0 || (value >= low && value <= high)) return;
    Add(field, fmt::format("{}", value),
        fmt::format("must be 0 for the default, or from {} to {}", low, high));
  }
  void Times(std::string_view field, int64_t value, int64_t high) {
    if (value >= 0 && value <= high) return;
    Add(field, fmt::format("{}", value), fmt::format("must be from 0 to {} ms", high));
  }
  void Count(std::string_view field, size_t count, size_t most) {
    if (count <= most) return;
    Add(field, fmt::format("has {} elements", count), fmt::format("at most {} are allowed", most));
  }
  void Text(std::string_view field, std::string_view text) {
    if (text.empty()) Add(field, "is empty", "give it a value");
    const bool bad = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' '; });
    if (bad) Add(field, "has a control character", "use printable ones");
    if (text.size() > kTextMax) {
      Add(field, fmt::format("has {} bytes", text.size()),
          fmt::format("at most {} are allowed", kTextMax));
    }
  }

  Status ToStatus() const {
    if (count_ == 0) return Status::Ok();
    std::string text = text_;
    if (count_ > kProblemsNamed) text += fmt::format("; and {} more", count_ - kProblemsNamed);
    return InvalidArgumentError("route settings: " + text);
  }

 private:
  size_t count_ = 0;
  std::string text_;
};

// Also 2; false for 0 and 1. Dividing up to the root takes at most a thousand steps here.
bool IsPrime(uint32_t number) {
  if (number < 2) return false;
  for (uint32_t divisor = 2; divisor * divisor <= number; ++divisor) {
    if (number % divisor == 0) return false;
  }
  return true;
}

void CheckPolicy(const v1::RouteSettings& settings, Problems& problems) {
  if (!policy::KindOf(settings.policy())) {
    problems.Add("policy", fmt::format("'{}'", settings.policy()),
                 "unknown; use l5, weighted_round_robin, p2c, least_request, ring, maglev, "
                 "bounded_ring, jump or unit");
  }
  problems.Range("l5.delay_multiplier", settings.l5().delay_multiplier(), 0, 1000);
  problems.Range("l5.ok_multiplier", settings.l5().ok_multiplier(), 0, 1000);
  problems.Range("l5.ok_rate_floor", settings.l5().ok_rate_floor(), 0, 1);
  problems.Range("l5.fade", settings.l5().fade(), 0, 1);
  problems.Range("l5.calls_min", settings.l5().calls_min(), 0, 10'000);
  problems.Range("l5.kept_fade", settings.l5().kept_fade(), 0, 1);
  problems.Range("l5.damping", settings.l5().damping(), 0, 1);
  if (settings.l5().change_max() != 0) {
    problems.Range("l5.change_max", settings.l5().change_max(), 1, 1000);
  }
  if (settings.l5().period_ms() != 0) {
    problems.Range("l5.period_ms", static_cast<double>(settings.l5().period_ms()), 100, 60'000);
  }
}

void CheckUnitDigits(const v1::KeyedSettings& keyed, Problems& problems) {
  problems.Count("keyed.unit_digits", static_cast<size_t>(keyed.unit_digits_size()),
                 kUnitDigitsMax);
  std::set<uint32_t> seen;
  for (const uint32_t digit : keyed.unit_digits()) {
    const std::string value = fmt::format("{}", digit);
    if (digit < 1 || digit > kDigitPlaceMax) {
      problems.Add("keyed.unit_digits", value,
                   fmt::format("must be from 1, the last digit, to {}", kDigitPlaceMax));
    } else if (!seen.insert(digit).second) {
      problems.Add("keyed.unit_digits", value, "is there twice; name each digit once");
    }
  }
}

void CheckKeyed(const v1::KeyedSettings& keyed, Problems& problems) {
  if (!v1::KeyedSettings::Shielded_IsValid(keyed.when_shielded())) {
    problems.Add("keyed.when_shielded", fmt::format("{}", static_cast<int>(keyed.when_shielded())),
                 "unknown; use SHIELDED_NEXT, SHIELDED_WAIT or SHIELDED_ERROR");
  }
  constexpr std::string_view kLabel = "label:";
  const std::string_view copies = keyed.copies();
  const bool labelled = copies.starts_with(kLabel) && copies.size() > kLabel.size();
  if (!copies.empty() && copies != "cluster" && !labelled) {
    problems.Add("keyed.copies", fmt::format("'{}'", copies),
                 "must be 'cluster', 'label:NAME', or empty for one copy");
  }
  problems.ZeroOrRange("keyed.bounded_load", keyed.bounded_load(), 1, 100);
  const uint32_t size = keyed.maglev_size();
  if (size != 0 && (size < kMaglevMin || size > kMaglevMax || !IsPrime(size))) {
    problems.Add("keyed.maglev_size", fmt::format("{}", size),
                 fmt::format("must be a prime from {} to {}, as 65537; 0 for the default",
                             kMaglevMin, kMaglevMax));
  }
  CheckUnitDigits(keyed, problems);
}

void CheckLocality(const v1::LocalitySettings& locality, Problems& problems) {
  if (!v1::LocalitySettings::Mode_IsValid(locality.mode())) {
    problems.Add("locality.mode", fmt::format("{}", static_cast<int>(locality.mode())),
                 "unknown; use MODE_LEVELS, MODE_GRADIENT or MODE_OFF");
  }
  problems.ZeroOrRange("locality.overprovision", locality.overprovision(), 1, 100);
  problems.Range("locality.gradient_region", locality.gradient_region(), 0, 1);
  problems.Range("locality.gradient_far", locality.gradient_far(), 0, 1);
  const double region = locality.gradient_region() == 0 ? kGradientRegion  //
                                                        : locality.gradient_region();
  const double far = locality.gradient_far() == 0 ? kGradientFar : locality.gradient_far();
  if (far > region) {
    problems.Add(
        "locality.gradient_far", fmt::format("{}", far),
        fmt::format("must not be above gradient_region, {}: the nearer comes first", region));
  }
  problems.Count("locality.region_of_site", locality.region_of_site().size(), kSitesMax);
  for (const auto& [site, region_name] : locality.region_of_site()) {
    problems.Text("locality.region_of_site: a site", site);
    problems.Text(fmt::format("locality.region_of_site[{}]", site), region_name);
  }
}

// How the values must look for the operation.
void CheckValues(const std::string& field, const v1::Match& match, Problems& problems) {
  const std::string values = field + ".values";
  problems.Count(values, static_cast<size_t>(match.values_size()), kValuesMax);
  const bool present = match.op() == v1::Match::OP_PRESENT;
  if (present && match.values_size() > 0) {
    problems.Add(values, fmt::format("has {} elements", match.values_size()),
                 "OP_PRESENT takes none; to compare, use OP_EQUALS");
  }
  if (!present && match.values().empty()) problems.Add(values, "is empty", "give at least one");
  for (const std::string& value : match.values()) {
    problems.Text(values, value);
    if (match.op() == v1::Match::OP_NUMBER_RANGE && !rules::ParseNumberRange(value)) {
      problems.Add(values, fmt::format("'{}'", value),
                   "is no range; write it as 100-199, the lower end first");
    }
  }
}

void CheckMatch(const std::string& field, const v1::Match& match, Problems& problems) {
  if (!rules::Attribute::Parse(match.attribute(), {})) {
    problems.Add(field + ".attribute", fmt::format("'{}'", match.attribute()),
                 fmt::format("unknown; use one of {}", rules::kAttributes));
  }
  if (!v1::Match::Op_IsValid(match.op())) {
    problems.Add(field + ".op", fmt::format("{}", static_cast<int>(match.op())),
                 "unknown; use OP_EQUALS, OP_PREFIX, OP_PRESENT or OP_NUMBER_RANGE");
    return;
  }
  CheckValues(field, match, problems);
}

void CheckDestination(const std::string& field, const v1::Destination& destination,
                      Problems& problems) {
  problems.Count(field + ".labels", destination.labels().size(), kLabelsMax);
  problems.Range(field + ".weight", destination.weight(), 0, kWeightMax);
  for (const auto& [label, value] : destination.labels()) {
    problems.Text(field + ".labels: a label", label);
    const std::string name = fmt::format("{}.labels[{}]", field, label);
    problems.Text(name, value);
    if (value.starts_with('$') && !rules::Attribute::Parse(value.substr(1), {})) {
      problems.Add(name, fmt::format("'{}'", value),
                   fmt::format("unknown; after $ use one of {}", rules::kAttributes));
    }
  }
}

// Of all destinations together.
void CheckOpenLabels(const std::string& field, const v1::Rule& rule, Problems& problems) {
  std::set<std::string_view> attributes;
  for (const v1::Destination& destination : rule.to()) {
    for (const auto& [label, value] : destination.labels()) {
      if (value.starts_with('$')) attributes.insert(value);
    }
  }
  if (attributes.size() <= rules::kAttributesPerRuleMax) return;
  problems.Add(field + ".to", fmt::format("names {} attributes with $", attributes.size()),
               fmt::format("at most {} are allowed", rules::kAttributesPerRuleMax));
}

void CheckRule(const std::string& field, const v1::Rule& rule, Problems& problems) {
  problems.Text(field + ".name", rule.name());
  if (rule.name() == rules::kLanesRule || rule.name() == rules::kSetsRule) {
    problems.Add(field + ".name", fmt::format("'{}'", rule.name()),
                 "is taken by the platform; choose another");
  }
  problems.Range(field + ".percent", rule.percent(), 0, 100);
  problems.Count(field + ".matches", static_cast<size_t>(rule.matches_size()), kMatchesMax);
  problems.Count(field + ".to", static_cast<size_t>(rule.to_size()), kDestinationsMax);
  if (rule.to().empty()) {
    problems.Add(field + ".to", "is empty", "name at least one destination; {} is the default");
  }
  CheckOpenLabels(field, rule, problems);
  for (int k = 0; k < std::min(rule.matches_size(), kMatchesMax); ++k) {
    CheckMatch(fmt::format("{}.matches[{}]", field, k), rule.matches(k), problems);
  }
  for (int k = 0; k < std::min(rule.to_size(), kDestinationsMax); ++k) {
    CheckDestination(fmt::format("{}.to[{}]", field, k), rule.to(k), problems);
  }
}

void CheckRules(const v1::RouteSettings& settings, Problems& problems) {
  problems.Count("rules", static_cast<size_t>(settings.rules_size()), rules::kRulesMax);
  std::set<std::string_view> names;
  for (int k = 0; k < std::min(settings.rules_size(), rules::kRulesMax); ++k) {
    const v1::Rule& rule = settings.rules(k);
    const std::string field = fmt::format("rules[{}]", k);
    CheckRule(field, rule, problems);
    if (!rule.name().empty() && !names.insert(rule.name()).second) {
      problems.Add(field + ".name", fmt::format("'{}'", rule.name()),
                   "is the name of an earlier rule; choose another");
    }
  }
}

void CheckLanes(const v1::RouteSettings& settings, Problems& problems) {
  for (const auto& [field, mode] : {std::pair("lanes.mode", settings.lanes().mode()),
                                    std::pair("sets.mode", settings.sets().mode())}) {
    if (v1::Lanes::Mode_IsValid(mode)) continue;
    problems.Add(field, fmt::format("{}", static_cast<int>(mode)),
                 "unknown; use MODE_AUTO, MODE_PERMISSIVE, MODE_STRICT or MODE_OFF");
  }
}

void CheckShield(const v1::ShieldSettings& shield, Problems& problems) {
  problems.Range("shield.failure_run", shield.failure_run(), 0, 1000);
  problems.Range("shield.failure_rate", shield.failure_rate(), 0, 1);
  problems.Range("shield.shrink_failure_rate", shield.shrink_failure_rate(), 0, 1);
  problems.Times("shield.backoff_min_ms", shield.backoff_min_ms(), kBackoffMaxMs);
  problems.Times("shield.backoff_max_ms", shield.backoff_max_ms(), kBackoffMaxMs);
  const int64_t low = shield.backoff_min_ms() == 0 ? kBackoffMinDefaultMs  //
                                                   : shield.backoff_min_ms();
  const int64_t high = shield.backoff_max_ms() == 0 ? kBackoffMaxDefaultMs  //
                                                    : shield.backoff_max_ms();
  if (high < low) {
    problems.Add("shield.backoff_max_ms", fmt::format("{}", high),
                 fmt::format("must not be below backoff_min_ms, {}", low));
  }
  problems.Range("shield.shielded_share_max", shield.shielded_share_max(), 0, 1);
  if (shield.latency_factor() != 0 && !(shield.latency_factor() > 1)) {
    problems.Add("shield.latency_factor", fmt::format("{}", shield.latency_factor()),
                 "must be above 1, or 0 for never");
  } else if (!std::isfinite(shield.latency_factor())) {
    problems.Add("shield.latency_factor", "is not finite", "for never, use 0");
  }
}

void CheckOverload(const v1::OverloadSettings& overload, Problems& problems) {
  problems.ZeroOrRange("overload.sent_per_served", overload.sent_per_served(), 1, 100);
  problems.Range("overload.failure_rate", overload.failure_rate(), 0, 1);
  problems.Range("overload.refused_share_max", overload.refused_share_max(), 0, 1);
}

void CheckMove(const std::string& field, const v1::RatioMove& move, Problems& problems) {
  problems.Text(field + ".from_site", move.from_site());
  problems.Text(field + ".to_site", move.to_site());
  if (!move.to_site().empty() && move.from_site() == move.to_site()) {
    problems.Add(field + ".to_site", fmt::format("'{}'", move.to_site()),
                 "is from_site too; name another");
  }
  if (!(move.share() > 0 && move.share() <= 1)) {
    problems.Add(field + ".share", fmt::format("{}", move.share()),
                 "must be above 0 and at most 1; to take a move back, leave it out");
  }
  problems.Times(field + ".duration_ms", move.duration_ms(), kMoveMaxMs);
  for (const auto& [name, moment] : {std::pair(".begun_unix_ms", move.begun_unix_ms()),
                                     std::pair(".until_unix_ms", move.until_unix_ms())}) {
    if (moment < 0) {
      problems.Add(field + name, fmt::format("{}", moment), "must be milliseconds since 1970");
    }
  }
  if (move.until_unix_ms() > 0 && move.until_unix_ms() <= move.begun_unix_ms()) {
    problems.Add(
        field + ".until_unix_ms", fmt::format("{}", move.until_unix_ms()),
        fmt::format("must be later than begun_unix_ms, {}; 0 for no end", move.begun_unix_ms()));
  }
}

void CheckMoves(const v1::RouteSettings& settings, Problems& problems) {
  problems.Count("ratio_moves", static_cast<size_t>(settings.ratio_moves_size()), kMovesMax);
  for (int k = 0; k < std::min(settings.ratio_moves_size(), kMovesMax); ++k) {
    CheckMove(fmt::format("ratio_moves[{}]", k), settings.ratio_moves(k), problems);
  }
  problems.Count("site_capacity", settings.site_capacity().size(), kSitesMax);
  for (const auto& [site, capacity] : settings.site_capacity()) {
    problems.Text("site_capacity: a site", site);
    if (capacity >= 0 && std::isfinite(capacity)) continue;
    problems.Add(fmt::format("site_capacity[{}]", site), fmt::format("{}", capacity),
                 "must be calls/s, 0 for not known");
  }
}

}  // namespace

Status CheckSettings(const v1::RouteSettings& settings) {
  Problems problems;
  if (settings.ByteSizeLong() > kBytesMax) {
    problems.Add("all settings", fmt::format("have {} bytes", settings.ByteSizeLong()),
                 fmt::format("at most {} are allowed", kBytesMax));
    return problems.ToStatus();
  }
  CheckPolicy(settings, problems);
  CheckKeyed(settings.keyed(), problems);
  CheckLocality(settings.locality(), problems);
  CheckRules(settings, problems);
  CheckLanes(settings, problems);
  CheckShield(settings.shield(), problems);
  CheckOverload(settings.overload(), problems);
  problems.Times("warm_up.duration_ms", settings.warm_up().duration_ms(), kDayMs);
  problems.Range("warm_up.floor", settings.warm_up().floor(), 0, 1);
  CheckMoves(settings, problems);
  return problems.ToStatus();
}

}  // namespace bellrock::routing
