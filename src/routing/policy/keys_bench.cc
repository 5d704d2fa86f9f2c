// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Policies by key: keys that move when one of n instances comes or goes, balance, time to make a
// table and to look a key up.
//   routing_keys_bench [--json]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "routing/policy/fleet_for_test.h"

namespace bellrock::routing::policy {
namespace {

constexpr size_t kKeys = 100'000;
constexpr int kRounds = 5;

struct Row {
  std::string name;
  double value;
  const char* unit;
  std::string conditions;
};

template <typename Work>
double BestSeconds(Work&& work) {
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count());
  }
  return best;
}

// "units" of each instance: an even part of the 1,000.
Fleet FleetOf(size_t members) {
  Fleet fleet(members);
  for (size_t k = 0; k < members; ++k) {
    const size_t first = k * 1000 / members;
    const size_t last = std::max(first, (k + 1) * 1000 / members - 1);
    fleet.members()[k].units = fleet.Keep(std::to_string(first) + "-" + std::to_string(last));
  }
  return fleet;
}

void AddMovement(Kind policy, size_t members, std::vector<Row>& rows) {
  Fleet fleet = FleetOf(members);
  const std::vector<uint16_t> before = OwnersOf(*TableOf(policy, fleet.members()), kKeys);
  const std::string end = "." + std::string(NameOf(policy)) + ".n" + std::to_string(members);
  const std::string conditions = "100,000 keys, instances of weight 100";
  const size_t many = std::max(kKeys, 1000 * members);  // few a member would show chance alone
  const std::vector<uint16_t> owners = OwnersOf(*TableOf(policy, fleet.members()), many);
  rows.push_back({"routing.keys_balance" + end, SpreadOf(owners, members).max_to_mean, "max/mean",
                  std::to_string(many) + " keys, instances of weight 100"});
  if (policy == Kind::kUnit) return;  // moves what its labels say
  const double left = Moved(before, OwnersOf(*TableOf(policy, fleet.Without(members / 2)), kKeys));
  fleet.Add(100);
  const double came = Moved(before, OwnersOf(*TableOf(policy, fleet.members()), kKeys));
  rows.push_back({"routing.keys_moved_leave" + end, 100 * left, "%",
                  conditions + ", the one in the middle leaves"});
  rows.push_back(
      {"routing.keys_moved_join" + end, 100 * came, "%", conditions + ", one more at the end"});
}

void AddCost(Kind policy, size_t members, std::vector<Row>& rows) {
  const Fleet fleet = FleetOf(members);
  const std::string end = "." + std::string(NameOf(policy)) + ".n" + std::to_string(members);
  std::unique_ptr<const KeyedPool> pool;
  const double build =
      BestSeconds([&] { pool = std::move(*KeyedPool::Make(policy, {}, fleet.members())); });
  rows.push_back({"routing.keys_build_ms" + end, 1e3 * build, "ms", "best of 5"});
  std::vector<std::string> keys;
  for (size_t k = 0; k < kKeys; ++k) keys.push_back(std::to_string(k * 7919 % 1'000'003));
  const auto yes = [](uint16_t) { return true; };
  const auto no = [](uint16_t) { return false; };
  uint64_t sum = 0;
  const double look = BestSeconds([&] {
    for (const std::string& key : keys) sum += pool->Choose(key, yes, no, no).slot;
  });
  rows.push_back({"routing.keys_choose_ns" + end, 1e9 * look / kKeys, "ns",
                  "100,000 different keys in turn, all usable, best of 5" +
                      std::string(sum == 0 && members > 1 ? ", one slot only" : "")});
}

int Run(bool json) {
  std::vector<Row> rows;
  for (const Kind policy :
       {Kind::kRing, Kind::kBoundedRing, Kind::kMaglev, Kind::kJump, Kind::kUnit}) {
    for (const size_t members : {10, 100, 1000}) AddMovement(policy, members, rows);
    for (const size_t members : {10, 1000, 10'000}) AddCost(policy, members, rows);
  }
  if (json) std::printf("[");
  for (size_t k = 0; k < rows.size(); ++k) {
    const Row& row = rows[k];
    if (json) {
      std::printf(
          "%s\n  {\"name\": \"%s\", \"value\": %.3f, \"unit\": \"%s\", \"conditions\": \"%s\"}",
          k == 0 ? "" : ",", row.name.c_str(), row.value, row.unit, row.conditions.c_str());
    } else {
      std::printf("%-44s %10.3f %-8s  %s\n", row.name.c_str(), row.value, row.unit,
                  row.conditions.c_str());
    }
  }
  if (json) std::printf("\n]\n");
  return 0;
}

}  // namespace
}  // namespace bellrock::routing::policy

int main(int argc, char** argv) {
  return bellrock::routing::policy::Run(argc > 1 && std::strcmp(argv[1], "--json") == 0);
}
