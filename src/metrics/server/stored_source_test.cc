// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/stored_source.h"

#include <gtest/gtest.h>

#include <map>

#include "base/splitmix.h"
#include "metrics/compute/blocks.h"
#include "metrics/store/memory_store.h"
#include "metrics/table_sum.h"
#include "testing/world.h"

// Questions over days that were cut minute by minute: whatever windows they are read from, each
// call counts once in its step.
namespace bellrock::metrics::server {
namespace {

constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 86400;

class NothingLive final : public LiveCards {
 public:
  Result<LiveSum> Take(const std::string&, const std::string&) override { return LiveSum(); }
  Result<uint64_t> Version() override { return uint64_t{0}; }
};

class StoredSourceTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  struct Call {
    int64_t second;
    uint32_t latency_us;
  };

  int64_t Pick(int64_t below) {
    return static_cast<int64_t>(random_.Next() % static_cast<uint64_t>(below));
  }
  int64_t Now() { return clock_.WallNow().time_since_epoch() / std::chrono::seconds(1); }

  CardTable TableOf(const std::vector<Call>& calls, int64_t width) {
    CardTable table;
    table.dimensions = {Dimension::kCallee};
    table.names = {"a/x"};
    table.keys.resize(1);
    for (const Call& call : calls) {
      table.keys[0].push_back(0);
      table.seconds.push_back(call.second - call.second % width);
      table.buckets.push_back({call.latency_us, 1});
      table.ends.push_back(static_cast<uint32_t>(table.buckets.size()));
    }
    return SumTables({&table, 1}).value();
  }

  // What the owner of a partition writes at a cut.
  void Cut(const std::vector<Call>& calls) {
    std::vector<store::Block> blocks =
        compute::BlocksOf(TableOf(calls, 60), store::Grain::kMinute, "callee");
    for (store::Block& block :
         compute::BlocksOf(TableOf(calls, 1), store::Grain::kSecond, "callee")) {
      blocks.push_back(std::move(block));
    }
    ++cut_;
    while (!blocks.empty()) {
      ASSERT_TRUE(store_.Write({0, cut_}, blocks).ok());
      blocks = compute::RollUp(std::move(blocks));
    }
    calls_.insert(calls_.end(), calls.begin(), calls.end());
  }

  void CutSomeDays() {
    for (int cut = 0; cut < 300; ++cut) {
      const int64_t end = Now() - Pick(Pick(3) == 0 ? kHour : 5 * kDay);
      std::vector<Call> calls;
      for (int64_t left = 1 + Pick(5); left > 0; --left) {
        calls.push_back({end - Pick(100), static_cast<uint32_t>(1 + Pick(1000))});
      }
      Cut(calls);
      if (Pick(3) != 0) continue;
      const auto grain = static_cast<store::Grain>(Pick(4));
      const int64_t width = store::WindowSecondsOf(grain);
      ASSERT_TRUE(store_.MergeWindow(grain, end - end % width, {"callee"}).ok());
    }
  }

  query::Question AnyQuestion() {
    constexpr int64_t kUnits[] = {60, 60, kHour, kDay};
    const int64_t unit = kUnits[Pick(4)];
    const bool seconds = Pick(4) == 0;
    query::Question question;
    question.from = seconds ? Now() - Pick(3000) : (Now() - Pick(5 * kDay)) / unit * unit;
    question.to =
        seconds ? question.from + 1 + Pick(3000) : question.from + 60 * (1 + Pick(5 * kDay / 60));
    const int64_t steps = 1 + Pick(40);
    question.step = std::max<int64_t>((question.to - question.from) / steps, 1);
    if (!seconds) question.step += unit - question.step % unit;
    return question;
  }

  std::vector<Card> Expected(const query::Question& question) {
    std::map<int64_t, std::vector<uint32_t>> latencies;  // by step
    for (const Call& call : calls_) {
      if (call.second < question.from || call.second >= question.to) continue;
      latencies[(call.second - question.from) / question.step].push_back(call.latency_us);
    }
    std::vector<Card> cards(
        static_cast<size_t>((question.to - question.from + question.step - 1) / question.step));
    for (auto& [step, chosen] : latencies) {
      cards[static_cast<size_t>(step)] = Card::FromLatencies(chosen);
    }
    return cards;
  }

  SplitMix64 random_{GetParam()};
  testing::World world_{GetParam()};
  fiber::Clock& clock_ = world_.Host("a").clock;
  store::MemoryStore store_;
  NothingLive live_;
  std::vector<DimensionSet> sets_ = {*ParseDimensionSet("callee/s")};
  StoredSource source_{clock_, store_, live_, sets_};
  std::vector<Call> calls_;
  uint64_t cut_ = 0;
};

TEST_P(StoredSourceTest, EveryCallIsInItsStepOnceWhateverWindowsAreRead) {
  world_.Run([this] {
    CutSomeDays();
    for (int run = 0; run < 200; ++run) {
      const query::Question question = AnyQuestion();
      const auto answer = source_.Ask(question);
      ASSERT_TRUE(answer.ok()) << answer.status().ToString();
      const std::vector<Card> expected = Expected(question);
      const std::vector<Card> read =
          answer->groups.empty() ? std::vector<Card>(expected.size()) : answer->groups[0].cards;
      ASSERT_EQ(read, expected) << question.from << " to " << question.to << " by "
                                << question.step;
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoredSourceTest, ::testing::Range<uint64_t>(1, 21));

}  // namespace
}  // namespace bellrock::metrics::server
