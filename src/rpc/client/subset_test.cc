// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/subset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "rpc/client/subset_endpoints.h"

namespace bellrock::rpc {
namespace {

std::vector<std::string> Names(const std::string& prefix, size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back(prefix + std::to_string(i));
  return names;
}

std::vector<size_t> Choose(const std::string& client, const std::vector<std::string>& names,
                           size_t size) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return ChooseSubset(client, views, size);
}

TEST(Subset, SpreadsClientsEvenlyOverInstances) {
  const auto instances = Names("sz/default/music/storage/default/", 300);
  std::vector<int> clients_of(instances.size());
  for (const std::string& client : Names("sz/default/music/catalog/default/", 3000)) {
    const auto chosen = Choose(client, instances, 20);
    ASSERT_EQ(chosen.size(), 20U);
    for (const size_t index : chosen) ++clients_of[index];
  }
  // 200 each on average, with a standard deviation of 14: four of them at most.
  const auto [least, most] = std::minmax_element(clients_of.begin(), clients_of.end());
  EXPECT_GE(*least, 200 - 56);
  EXPECT_LE(*most, 200 + 56);
}

TEST(Subset, ALostInstanceChangesOneMemberOfItsOwnClientsOnly) {
  const auto before = Names("i", 100);
  auto after = before;
  after.erase(after.begin() + 42);
  for (const std::string& client : Names("c", 200)) {
    std::set<std::string> kept;
    for (const size_t index : Choose(client, before, 10)) kept.insert(before[index]);
    size_t lost = kept.size();
    for (const size_t index : Choose(client, after, 10)) lost -= kept.count(after[index]);
    EXPECT_EQ(lost, kept.count("i42"));
  }
}

TEST(Subset, IsTheSameInWhateverOrderTheInstancesCome) {
  auto names = Names("i", 50);
  std::set<std::string> first;
  for (const size_t index : Choose("me", names, 5)) first.insert(names[index]);
  std::reverse(names.begin(), names.end());
  for (const size_t index : Choose("me", names, 5)) EXPECT_EQ(first.count(names[index]), 1U);
}

TEST(Subset, AFewInstancesAreAllTaken) {
  EXPECT_EQ(Choose("me", Names("i", 5), 5), (std::vector<size_t>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(Choose("me", {}, 5).empty());
}

class SetClock final : public fiber::Clock {
 public:
  Time Now() override { return now; }
  WallTime WallNow() override { return {}; }
  Time now{std::chrono::hours(1)};
};

// Turns round among its instances, except those that are shielded.
class TurningEndpoints final : public EndpointSource {
 public:
  explicit TurningEndpoints(uint32_t count) : count_(count) {}
  Result<Endpoint> Pick(std::span<const uint32_t>) override {
    do {
      next_ = (next_ + 1) % count_;
    } while (shielded.count(next_) > 0);
    return At(next_);
  }
  Result<std::vector<Endpoint>> All() override {
    std::vector<Endpoint> all;
    for (uint32_t slot = 0; slot < count_; ++slot) all.push_back(At(slot));
    return all;
  }
  void Report(const Endpoint&, StatusCode, Duration) override { ++reports; }
  std::set<uint32_t> shielded;
  int reports = 0;

 private:
  static Endpoint At(uint32_t slot) {
    return {Address::Tcp("h" + std::to_string(slot), 1), slot, 1,
            std::make_shared<const std::string>("i" + std::to_string(slot))};
  }
  uint32_t count_;
  uint32_t next_ = 0;
};

std::map<uint32_t, int> PicksOf(SubsetEndpoints& endpoints, int picks) {
  std::map<uint32_t, int> picked;
  for (int i = 0; i < picks; ++i) ++picked[endpoints.Pick({})->slot];
  return picked;
}

TEST(SubsetEndpoints, UseFewInstancesOfALargeCalleeInTurn) {
  SetClock clock;
  TurningEndpoints all(200);
  SubsetEndpoints endpoints(all, clock, "me", 10);
  const auto picked = PicksOf(endpoints, 1000);
  EXPECT_EQ(picked.size(), 10U);
  for (const auto& [slot, picks] : picked) EXPECT_EQ(picks, 100) << slot;
  EXPECT_EQ(endpoints.All()->size(), 200U);
}

TEST(SubsetEndpoints, LeaveASmallCalleeToItsSource) {
  SetClock clock;
  TurningEndpoints all(10);
  SubsetEndpoints endpoints(all, clock, "me", 10);
  EXPECT_EQ(PicksOf(endpoints, 100).size(), 10U);
}

TEST(SubsetEndpoints, FollowShieldsSoonAfterAFailure) {
  SetClock clock;
  TurningEndpoints all(200);
  SubsetEndpoints endpoints(all, clock, "me", 10);
  const uint32_t bad = PicksOf(endpoints, 1).begin()->first;
  all.shielded.insert(bad);
  endpoints.Report(*endpoints.Pick({}), StatusCode::kUnavailable, {});
  EXPECT_EQ(all.reports, 1);
  clock.now += SubsetEndpoints::kRefreshAfterFailure;
  const auto picked = PicksOf(endpoints, 1000);
  EXPECT_EQ(picked.size(), 9U);
  EXPECT_EQ(picked.count(bad), 0U);
}

TEST(SubsetEndpoints, GoOutsideWhenAllOfItWasTriedOrIsShielded) {
  SetClock clock;
  TurningEndpoints all(200);
  SubsetEndpoints endpoints(all, clock, "me", 3);
  std::vector<uint32_t> tried;
  for (const auto& [slot, picks] : PicksOf(endpoints, 30)) tried.push_back(slot);
  ASSERT_EQ(tried.size(), 3U);
  EXPECT_TRUE(endpoints.Pick(tried).ok());
  all.shielded.insert(tried.begin(), tried.end());
  clock.now += SubsetEndpoints::kRefreshEvery;
  for (const auto& [slot, picks] : PicksOf(endpoints, 100)) EXPECT_EQ(all.shielded.count(slot), 0U);
}

}  // namespace
}  // namespace bellrock::rpc
