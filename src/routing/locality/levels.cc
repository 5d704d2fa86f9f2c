// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/locality/levels.h"

#include <fmt/format.h>

#include <algorithm>

namespace bellrock::routing::locality {
namespace {

constexpr double kOverprovision = 1.4;  // Envoy's overprovisioning factor
// OCTO-019: what OCTO's agent multiplies weights by, one and two steps away.
constexpr double kGradientRegion = 0.001;
constexpr double kGradientFar = 0.000001;
// Gradient: below this a far member gets nothing, for a sequence of slots cannot say so little.
constexpr double kShareMin = 1.0 / 65536;
// What a level gets whose instances are all on trial: enough to tell whether they are well again,
// and little to lose if they are not.
constexpr double kTrialShare = 0.05;
constexpr double kRoundingError = 1e-12;

constexpr std::array<std::string_view, kLevels> kNames = {"unit", "site", "region", "all"};

using PerLevel = std::array<double, kLevels>;

struct Sums {
  PerLevel full{};     // of full weights
  PerLevel healthy{};  // of the weights of healthy members
  PerLevel weight{};   // of all weights
};

size_t Index(const Member& member) {
  return static_cast<size_t>(member.level);
}

Sums SumUp(std::span<const Member> members) {
  Sums sums;
  for (const Member& member : members) {
    sums.full[Index(member)] += member.full_weight;
    sums.weight[Index(member)] += member.weight;
    if (member.healthy) sums.healthy[Index(member)] += member.weight;
  }
  return sums;
}

double Total(const PerLevel& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

size_t NearestOf(const PerLevel& values) {
  const auto* nearest = std::find_if(values.begin(), values.end(), [](double v) { return v > 0; });
  return static_cast<size_t>(nearest - values.begin());
}

// 1: carries all the calls there are. All 0 if nobody is healthy.
PerLevel HealthOf(const Sums& sums, double overprovision) {
  PerLevel health{};
  for (size_t k = 0; k < kLevels && Total(sums.healthy) > 0; ++k) {
    if (sums.full[k] <= 0) continue;
    const double trial = std::min(kTrialShare, overprovision * sums.weight[k] / sums.full[k]);
    health[k] = std::clamp(overprovision * sums.healthy[k] / sums.full[k], trial, 1.0);
  }
  return health;
}

// Envoy's priority load.
PerLevel LoadOf(const PerLevel& health) {
  const double total = std::min(1.0, Total(health));
  PerLevel load{};
  double rest = 1;
  for (size_t k = 0; k < kLevels && total > 0; ++k) {
    load[k] = std::min(rest, health[k] / total);
    rest -= load[k];
    if (rest < kRoundingError) rest = 0;
  }
  return load;
}

// Whether a level beyond the nearest that has members gets calls.
bool Spills(const Sums& sums, const PerLevel& load) {
  for (size_t k = NearestOf(sums.full) + 1; k < kLevels; ++k) {
    if (load[k] > 0) return true;
  }
  return false;
}

// Of each level that passes calls on, how much it carries.
std::string SpillReason(const Sums& sums, const PerLevel& health, const PerLevel& load,
                        double overprovision) {
  const bool overloaded = Total(health) < 1 - kRoundingError;
  double rest = 1;
  std::string reason;
  for (size_t k = 0; k < kLevels; ++k) {
    rest -= load[k];
    if (sums.full[k] <= 0 || (rest < kRoundingError && !overloaded)) continue;
    if (!reason.empty()) reason += "; ";
    const bool on_trial = sums.healthy[k] <= 0 && health[k] > 0;
    reason += on_trial ? fmt::format("{}: on trial with {:.1f} %", kNames[k], 100 * load[k])
                       : fmt::format("{}: {:.1f} % healthy x {} carries {:.1f} %", kNames[k],
                                     100 * sums.healthy[k] / sums.full[k], overprovision,
                                     100 * health[k]);
  }
  if (overloaded) {
    reason +=
        fmt::format("; together {:.1f} %, so each gets more than it carries", 100 * Total(health));
  }
  return reason;
}

PerLevel ByWeight(const PerLevel& weights) {
  const double total = Total(weights);
  PerLevel shares{};
  for (size_t k = 0; k < kLevels && total > 0; ++k) shares[k] = weights[k] / total;
  return shares;
}

// Deals each level's share to its members in proportion to their weights.
void Deal(const PerLevel& level_shares, const PerLevel& weights, std::span<const Member> members,
          std::span<double> shares) {
  for (size_t m = 0; m < members.size(); ++m) {
    const size_t k = Index(members[m]);
    shares[m] = weights[k] > 0 ? level_shares[k] * members[m].weight / weights[k] : 0;
  }
}

Sharing ByLevels(const v1::LocalitySettings& settings, std::span<const Member> members,
                 const Sums& sums, std::span<double> shares) {
  const double overprovision = settings.overprovision() > 0 ? settings.overprovision()  //
                                                            : kOverprovision;
  const PerLevel health = HealthOf(sums, overprovision);
  Sharing sharing;
  if (Total(health) > 0) {
    sharing.level_shares = LoadOf(health);
    if (Spills(sums, sharing.level_shares)) {
      sharing.reason = SpillReason(sums, health, sharing.level_shares, overprovision);
    }
  } else {
    sharing.level_shares = ByWeight(sums.weight);
    if (Spills(sums, sharing.level_shares)) {
      sharing.reason = "nobody is healthy in any level: all are tried by weight";
    }
  }
  Deal(sharing.level_shares, sums.weight, members, shares);
  return sharing;
}

// Lowers the multipliers of levels that have nobody healthy to what trials need.
void HoldBackTrials(const Sums& sums, PerLevel& multipliers) {
  double healthy = 0;
  for (size_t k = 0; k < kLevels; ++k) healthy += sums.healthy[k] * multipliers[k];
  for (size_t k = 0; k < kLevels && healthy > 0; ++k) {
    if (sums.healthy[k] > 0 || sums.weight[k] <= 0) continue;
    multipliers[k] = std::min(multipliers[k], kTrialShare * healthy / sums.weight[k]);
  }
}

Sharing ByGradient(const v1::LocalitySettings& settings, std::span<const Member> members,
                   const Sums& sums, std::span<double> shares) {
  const double region = settings.gradient_region() > 0 ? settings.gradient_region()  //
                                                       : kGradientRegion;
  const double far = settings.gradient_far() > 0 ? settings.gradient_far() : kGradientFar;
  PerLevel multipliers = {1, 1, region, far};
  HoldBackTrials(sums, multipliers);
  double total = 0;
  for (size_t k = 0; k < kLevels; ++k) total += sums.weight[k] * multipliers[k];
  // Of the nearest level that gets any calls nobody is left out: a trial behind a shield is little.
  const size_t nearest = NearestOf(sums.weight);
  double kept = 0;
  for (size_t m = 0; m < members.size(); ++m) {
    const double part = members[m].weight * multipliers[Index(members[m])];
    const bool gets = Index(members[m]) == nearest || part >= total * kShareMin;
    shares[m] = gets ? part : 0;
    kept += shares[m];
  }
  Sharing sharing;
  for (size_t m = 0; m < members.size() && kept > 0; ++m) {
    shares[m] /= kept;
    sharing.level_shares[Index(members[m])] += shares[m];
  }
  if (Spills(sums, sharing.level_shares)) {
    sharing.reason = fmt::format("gradient: region x {}, farther x {}", region, far);
  }
  return sharing;
}

}  // namespace

std::string_view NameOf(Level level) {
  return kNames[static_cast<size_t>(level)];
}

std::string_view RegionOf(const v1::LocalitySettings& settings, const InstanceSpec& instance) {
  if (!instance.region.empty()) return instance.region;
  const auto by_site = settings.region_of_site().find(instance.site);
  return by_site == settings.region_of_site().end() ? std::string_view() : by_site->second;
}

Level LevelOf(const v1::LocalitySettings& settings, const v1::Place& caller,
              const InstanceSpec& instance) {
  if (caller.site().empty()) return Level::kFar;
  if (instance.site == caller.site()) {
    const bool same_unit = !caller.unit().empty() && instance.unit == caller.unit();
    return same_unit ? Level::kUnit : Level::kSite;
  }
  std::string_view region = caller.region();
  if (region.empty()) {
    const auto by_site = settings.region_of_site().find(caller.site());
    if (by_site != settings.region_of_site().end()) region = by_site->second;
  }
  const bool same_region = !region.empty() && RegionOf(settings, instance) == region;
  return same_region ? Level::kRegion : Level::kFar;
}

Sharing ShareOut(const v1::LocalitySettings& settings, std::span<const Member> members,
                 std::span<double> shares) {
  const Sums sums = SumUp(members);
  if (settings.mode() == v1::LocalitySettings::MODE_OFF) {
    Sharing sharing{.level_shares = ByWeight(sums.weight), .reason = {}};
    Deal(sharing.level_shares, sums.weight, members, shares);
    return sharing;
  }
  return settings.mode() == v1::LocalitySettings::MODE_GRADIENT
             ? ByGradient(settings, members, sums, shares)
             : ByLevels(settings, members, sums, shares);
}

}  // namespace bellrock::routing::locality
