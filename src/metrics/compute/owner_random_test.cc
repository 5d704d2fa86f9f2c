// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/splitmix.h"
#include "fiber/fiber.h"
#include "metrics/compute/blocks.h"
#include "metrics/compute/owner.h"
#include "metrics/queue/memory_queue.h"
#include "metrics/store/block_rules.h"
#include "metrics/store/memory_store.h"
#include "metrics/table_rows.h"
#include "metrics/table_sum.h"
#include "metrics/tree/fold.h"
#include "testing/world.h"

// Owners that die, pause and come back over a queue and a store that fail now and then, calls that
// come days late, minutes that are forgotten: whatever happens, every call counts once, in seconds,
// minutes, hours and days.
namespace bellrock::metrics::compute {
namespace {

constexpr uint32_t kPartition = 3;

// Fails before or after doing what it is asked, and for good once its owner has died.
class Faults {
 public:
  Faults(SplitMix64& random, double share) : random_(random), share_(share) {}
  // One of the calls to come is the last.
  void DieSoon() { calls_left_ = random_.Next() % 6; }
  bool dead() const { return dead_; }

  template <typename Call>
  auto Run(Call call) -> decltype(call()) {
    if (dead_) return CancelledError("died");
    if (calls_left_ == 0) dead_ = true;
    if (calls_left_ > 0) --calls_left_;
    const bool before = Chance();
    if (before && dead_) return CancelledError("died");
    if (before) return UnavailableError("lost on its way");
    auto result = call();
    if (dead_) return CancelledError("died");
    if (Chance()) return UnavailableError("the answer was lost");
    return result;
  }

 private:
  bool Chance() { return static_cast<double>(random_.Next() % 1000) < share_ * 1000; }

  SplitMix64& random_;
  double share_;
  bool dead_ = false;
  int64_t calls_left_ = -1;
};

class FaultyQueue final : public queue::Queue {
 public:
  FaultyQueue(queue::Queue& under, Faults& faults) : under_(under), faults_(faults) {}
  Result<uint64_t> Append(const std::string& topic, uint32_t partition,
                          std::vector<std::string> values) override {
    return faults_.Run([&] { return under_.Append(topic, partition, values); });
  }
  Result<std::vector<queue::Record>> Read(const std::string& topic, uint32_t partition,
                                          uint64_t from, const queue::ReadBounds& bounds) override {
    return faults_.Run([&] { return under_.Read(topic, partition, from, bounds); });
  }
  Result<queue::Offsets> OffsetsOf(const std::string& topic, uint32_t partition) override {
    return faults_.Run([&] { return under_.OffsetsOf(topic, partition); });
  }
  Status Trim(const std::string& topic, uint32_t partition, uint64_t offset) override {
    return faults_.Run([&] { return under_.Trim(topic, partition, offset); });
  }

 private:
  queue::Queue& under_;
  Faults& faults_;
};

class FaultyStore final : public store::Store {
 public:
  using Writes = std::vector<std::pair<store::Contribution, std::vector<store::Block>>>;
  // All that is written is noted in `writes`, lost or not.
  FaultyStore(store::Store& under, Faults& faults, Writes& writes)
      : under_(under), faults_(faults), writes_(writes) {}
  Status Write(const store::Contribution& contribution,
               const std::vector<store::Block>& blocks) override {
    writes_.emplace_back(contribution, blocks);
    return faults_.Run([&] { return under_.Write(contribution, blocks); });
  }
  Status Scan(const store::Shelf& shelf, int64_t from, int64_t to,
              const std::function<bool(const store::Block&)>& each) override {
    return under_.Scan(shelf, from, to, each);
  }
  Result<std::vector<std::string>> Callees(store::Grain grain, int64_t from, int64_t to,
                                           size_t limit) override {
    return under_.Callees(grain, from, to, limit);
  }
  Status Merge(const store::Shelf& shelf, int64_t window) override {
    return under_.Merge(shelf, window);
  }
  Status Expire(store::Grain grain, int64_t before) override {
    return under_.Expire(grain, before);
  }
  Status Put(const std::string& name, const std::string& value) override {
    return faults_.Run([&] { return under_.Put(name, value); });
  }
  Result<std::string> Get(const std::string& name) override {
    return faults_.Run([&] { return under_.Get(name); });
  }

 private:
  store::Store& under_;
  Faults& faults_;
  Writes& writes_;
};

class OwnerRandomTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  OwnerRandomTest() {
    for (const store::Grain grain :
         {store::Grain::kSecond, store::Grain::kMinute, store::Grain::kHour, store::Grain::kDay}) {
      truth_[grain] = std::make_unique<tree::Fold>(sets_, store::SecondsOf(grain));
    }
  }

  struct Contender {
    std::unique_ptr<Faults> faults;
    std::unique_ptr<FaultyQueue> queue;
    std::unique_ptr<FaultyStore> store;
    std::unique_ptr<Owner> owner;
    bool took_over = false;
  };

  uint64_t Pick(uint64_t below) { return random_.Next() % below; }

  int64_t UnixSecond() {
    return std::chrono::floor<std::chrono::seconds>(environment_.clock.WallNow())
        .time_since_epoch()
        .count();
  }

  // A batch of one source; now and then late, sent twice, or overtaken by the next.
  void Send() {
    v1::SourceBatch& batch = waiting_.emplace_back();
    const uint64_t source = Pick(kSources);
    batch.set_source("h" + std::to_string(source));
    batch.set_epoch(1);
    batch.set_sequence(++sequences_[source]);
    batch.set_table(EncodeTable(MakeTable()));
    if (Pick(4) != 0) Flush();
  }

  void Flush() {
    v1::CardMessage message;
    while (!waiting_.empty()) {
      const size_t at = Pick(waiting_.size());
      *message.add_batches() = waiting_[at];
      if (Pick(6) == 0) sent_.push_back(waiting_[at]);
      waiting_.erase(waiting_.begin() + static_cast<ptrdiff_t>(at));
    }
    if (!sent_.empty() && Pick(3) == 0) {
      *message.add_batches() = sent_.back();
      sent_.pop_back();
    }
    ASSERT_TRUE(queue_.Append(kCardsTopic, kPartition, {message.SerializeAsString()}).ok());
  }

  CardTable MakeTable() {
    CardTable table;
    table.dimensions = {Dimension::kCallee, Dimension::kMethod, Dimension::kResult,
                        Dimension::kSide};
    table.names = {"a/x", "b/y", "M1", "M2", "OK", "UNAVAILABLE", "caller"};
    table.keys.resize(4);
    const uint64_t rows = 1 + Pick(4);
    for (uint64_t row = 0; row < rows; ++row) {
      const auto callee = static_cast<uint32_t>(Pick(2));
      table.keys[0].push_back(callee);
      table.keys[1].push_back(static_cast<uint32_t>(2 + Pick(2)));
      table.keys[2].push_back(static_cast<uint32_t>(4 + Pick(2)));
      table.keys[3].push_back(6);
      const int64_t second = UnixSecond() - static_cast<int64_t>(Lateness());
      table.seconds.push_back(second);
      const auto latency = static_cast<uint32_t>(1 + Pick(50));
      const auto count = static_cast<uint32_t>(1 + Pick(3));
      table.buckets.push_back({latency, count});
      table.ends.push_back(static_cast<uint32_t>(table.buckets.size()));
    }
    for (auto& [grain, fold] : truth_) fold->Add(table);
    return table;
  }

  uint64_t Lateness() {
    if (Pick(40) == 0) return Pick(3 * 86400);
    return Pick(Pick(10) == 0 ? 200 : 3);
  }

  Contender NewContender(double faults) {
    Contender contender;
    contender.faults = std::make_unique<Faults>(random_, faults);
    contender.queue = std::make_unique<FaultyQueue>(queue_, *contender.faults);
    contender.store = std::make_unique<FaultyStore>(store_, *contender.faults, writes_);
    contender.owner = std::make_unique<Owner>(
        environment_, *contender.queue, *contender.store,
        Owner::Options{
            .partition = kPartition, .node = "n" + std::to_string(++nodes_), .sets = sets_});
    return contender;
  }

  // False once it is of no more use.
  bool Go(Contender& contender) {
    if (!contender.took_over) {
      contender.took_over = contender.owner->TakeOver().ok();
      return contender.took_over;
    }
    const Status status = contender.owner->Step(Duration(0));
    return status.ok() || status.code() == StatusCode::kUnavailable;
  }

  void MergeSomewhere() {
    const auto grain = static_cast<store::Grain>(Pick(4));
    const int64_t width = store::WindowSecondsOf(grain);
    const int64_t window = UnixSecond() / width * width - width * static_cast<int64_t>(Pick(3));
    ASSERT_TRUE(store_.MergeWindow(grain, window, SetNames()).ok());
  }

  // What a paused node had handed over comes at last; or only some of it did, and it died.
  void WriteOnceMore() {
    if (writes_.empty()) return;
    auto [contribution, blocks] = writes_[Pick(writes_.size())];
    std::erase_if(blocks, [this](const auto&) { return Pick(3) == 0; });
    ASSERT_TRUE(store_.Write(contribution, blocks).ok());
  }

  void ForgetMinutes() {
    minutes_forgotten_ = UnixSecond() - 7200;
    ASSERT_TRUE(store_.Expire(store::Grain::kMinute, minutes_forgotten_).ok());
  }

  std::vector<std::string> SetNames() const {
    std::vector<std::string> names;
    for (const DimensionSet& set : sets_) names.push_back(set.name);
    return names;
  }

  // Of one set, all that is in the store, as one table's bytes.
  std::string Stored(store::Grain grain, const std::string& set) {
    std::vector<CardTable> tables;
    for (const std::string callee : {"a/x", "b/y"}) {
      const Status status =
          store_.Scan({grain, set, callee}, 0, UnixSecond() + 1000, [&](const store::Block& block) {
            tables.push_back(block.table);
            return true;
          });
      EXPECT_TRUE(status.ok()) << status.ToString();
    }
    return EncodeTable(SumTables(tables).value());
  }

  // The same of all calls that were ever sent.
  std::vector<std::string> Sent(store::Grain grain) {
    std::vector<std::string> sent;
    for (const CardTable& table : truth_[grain]->Finish()) {
      std::vector<uint32_t> rows;
      for (uint32_t row = 0; row < table.rows(); ++row) {
        const bool kept = grain != store::Grain::kMinute ||
                          !store::IsForgotten(grain, table.seconds[row], minutes_forgotten_);
        if (kept) rows.push_back(row);
      }
      const CardTable kept = SelectRows(table, rows);
      sent.push_back(EncodeTable(SumTables({&kept, 1}).value()));
    }
    return sent;
  }

  static constexpr uint64_t kSources = 5;
  SplitMix64 random_{GetParam()};
  testing::World world_{GetParam()};
  fiber::Environment environment_ = world_.Host("a");
  queue::MemoryQueue queue_{environment_.clock};
  store::MemoryStore store_;
  std::vector<DimensionSet> sets_ = {
      *ParseDimensionSet("callee,method,result"),
      *ParseDimensionSet("callee,result/s"),
      *ParseDimensionSet("callee/s"),
  };
  std::map<uint64_t, uint64_t> sequences_;
  std::vector<v1::SourceBatch> waiting_;
  std::vector<v1::SourceBatch> sent_;
  FaultyStore::Writes writes_;
  std::map<store::Grain, std::unique_ptr<tree::Fold>> truth_;
  int64_t minutes_forgotten_ = 0;
  int nodes_ = 0;
};

TEST_P(OwnerRandomTest, EveryCallCountsOnceInEverySetAndGrain) {
  world_.Run([this] {
    std::vector<Contender> contenders;
    for (int step = 0; step < 400; ++step) {
      Send();
      if (Pick(8) == 0) {
        ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(Pick(Pick(8) == 0 ? 9000 : 20))).ok());
      }
      if (Pick(15) == 0) WriteOnceMore();
      if (Pick(100) == 0) ForgetMinutes();
      if (contenders.empty() || (contenders.size() < 3 && Pick(40) == 0)) {
        contenders.push_back(NewContender(0.03));
      }
      if (Pick(30) == 0) contenders[Pick(contenders.size())].faults->DieSoon();
      if (Pick(10) == 0) MergeSomewhere();
      // Who is not picked for a while is a node that was paused.
      const size_t at = Pick(contenders.size());
      if (!Go(contenders[at])) contenders.erase(contenders.begin() + static_cast<ptrdiff_t>(at));
    }
    contenders.clear();
    Flush();
    Contender last = NewContender(0);
    ASSERT_TRUE(last.owner->TakeOver().ok());
    while (last.owner->partition().next() < queue_.OffsetsOf(kCardsTopic, kPartition)->end) {
      ASSERT_TRUE(last.owner->Step(Duration(0)).ok());
    }
    ASSERT_TRUE(last.owner->CutNow().ok());
    for (const auto& [grain, fold] : truth_) {
      const std::vector<std::string> sent = Sent(grain);
      for (size_t set = 0; set < sets_.size(); ++set) {
        if (grain == store::Grain::kSecond && !sets_[set].seconds) continue;
        EXPECT_EQ(Stored(grain, sets_[set].name), sent[set])
            << sets_[set].name << " by " << store::SecondsOf(grain) << " s";
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Seeds, OwnerRandomTest, ::testing::Range<uint64_t>(1, 61));

}  // namespace
}  // namespace bellrock::metrics::compute
