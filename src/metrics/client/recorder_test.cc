// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/recorder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fiber/loop.h"
#include "metrics/window.h"
#include "testing/world.h"

namespace bellrock::metrics::client {
namespace {

// A server's window behind a line that can break.
class WindowSink final : public CardSink {
 public:
  Result<v1::PushReply> Send(const v1::PushRequest& push) override {
    ++sends;
    if (down) return UnavailableError("down");
    if (refuse) return InvalidArgumentError("refused");
    pushes.push_back(push);
    const int64_t second = push.cards_size() > 0 ? push.cards(0).second() + 1 : 1;
    Status status = window.Apply(push, second).status();
    if (status.ok() && lose_answer) return UnavailableError("answer lost");
    if (!status.ok()) return status;
    return reply;
  }

  Window window;
  v1::PushReply reply;
  std::vector<v1::PushRequest> pushes;
  int sends = 0;
  bool down = false;
  bool lose_answer = false;
  bool refuse = false;
};

rpc::CallRecord RecordOf(Duration latency, std::string_view caller = "web/gateway") {
  return {caller,          "music/catalog", "music.v1.Catalog", "GetMp3List", "local/1",
          StatusCode::kOk, latency};
}

class RecorderTest : public ::testing::Test {
 protected:
  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
  WindowSink sink_;
};

TEST_F(RecorderTest, SendsOneCardPerSecondAndNames) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    recorder.Start();
    for (int i = 0; i < 30; ++i) {
      recorder.OnCall(RecordOf(std::chrono::microseconds(100 + i % 2)));
      ASSERT_TRUE(fiber::SleepFor(std::chrono::milliseconds(100)).ok());
    }
    ASSERT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    EXPECT_EQ(recorder.calls_total(), 30u);
  });
  std::map<int64_t, uint64_t> calls;
  for (const v1::PushRequest& push : sink_.pushes) {
    for (const v1::Card& card : push.cards()) {
      EXPECT_EQ(card.dimensions().method(), "music.v1.Catalog/GetMp3List");
      EXPECT_TRUE(calls.emplace(card.second(), Card::Decode(card)->calls()).second);
    }
  }
  // A call each 100 ms from wherever in its second the world begins: full seconds have ten.
  ASSERT_GE(calls.size(), 3u);
  for (auto it = std::next(calls.begin()); it != std::prev(calls.end()); ++it) {
    EXPECT_EQ(it->second, 10u);
    EXPECT_EQ(it->first, std::prev(it)->first + 1);
  }
  EXPECT_EQ(sink_.window.Stats().calls_expected(), 30u);
}

TEST_F(RecorderTest, SendsAgainWithTheSameSequenceAfterFailures) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    recorder.Start();
    sink_.down = true;
    for (int i = 0; i < 50; ++i) {
      if (i == 20) sink_.down = false, sink_.lose_answer = true;
      if (i == 40) sink_.lose_answer = false;
      recorder.OnCall(RecordOf(std::chrono::milliseconds(1)));
      ASSERT_TRUE(fiber::SleepFor(std::chrono::milliseconds(100)).ok());
    }
    ASSERT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    EXPECT_EQ(recorder.calls_dropped(), 0u);
  });
  const v1::StatsReply stats = sink_.window.Stats();
  EXPECT_EQ(stats.calls_counted(), 50u);
  EXPECT_EQ(stats.calls_expected(), 50u);
  EXPECT_GT(stats.duplicates(), 0u);
  std::set<uint64_t> sequences;
  for (const v1::PushRequest& push : sink_.pushes) sequences.insert(push.sequence());
  EXPECT_EQ(*sequences.rbegin(), sequences.size());
}

// Counts one more each time it is asked.
class CountingSource final : public SeriesSource {
 public:
  void Collect(int64_t second, bool last, v1::PushRequest& push) override {
    AddCounter({"custom:shop/cart", "asked", "i"}, second, 1, push);
    ++asked;
    ended = last;
  }
  uint64_t asked = 0;
  bool ended = false;
};

TEST_F(RecorderTest, TellsWhatOtherSourcesCountedOnceWhateverHappensToPushes) {
  CountingSource source;
  world_.Run([&] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    recorder.AddSource(source);
    recorder.Start();
    ASSERT_TRUE(fiber::SleepFor(std::chrono::milliseconds(3500)).ok());
    sink_.lose_answer = true;
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(2)).ok());
    sink_.lose_answer = false;
    ASSERT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    EXPECT_EQ(recorder.calls_total(), 0u);  // those are no calls
  });
  EXPECT_TRUE(source.ended);
  EXPECT_GE(source.asked, 5u);
  uint64_t counted = 0;
  for (int64_t second = sink_.window.oldest_second(); second < sink_.window.now_second() + 8;
       ++second) {
    for (const auto& [set, card] : sink_.window.at(second)) counted += card.calls();
  }
  EXPECT_EQ(counted, source.asked);
}

TEST_F(RecorderTest, SurvivesAnOutageLongerThanItsQueueWithoutLoss) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    recorder.Start();
    sink_.down = true;
    for (int i = 0; i < 200; ++i) {
      recorder.OnCall(RecordOf(std::chrono::milliseconds(1)));
      ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(1)).ok());
    }
    EXPECT_EQ(recorder.pushes_unsent(), kUnsentPushesMax);
    sink_.down = false;
    ASSERT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
  });
  EXPECT_EQ(sink_.window.Stats().calls_counted(), 200u);
}

TEST_F(RecorderTest, SaysWhenSomethingStaysUnsentAtTheEnd) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    recorder.Start();
    recorder.OnCall(RecordOf(std::chrono::milliseconds(1)));
    sink_.down = true;
    EXPECT_EQ(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).code(),
              StatusCode::kUnavailable);
    EXPECT_EQ(recorder.pushes_unsent(), 1u);
    sink_.down = false;
    EXPECT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    EXPECT_EQ(recorder.pushes_unsent(), 0u);
  });
}

TEST_F(RecorderTest, CountsAsDroppedWhatTheServerRefusesForGood) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    recorder.OnCall(RecordOf(std::chrono::milliseconds(1)));
    sink_.refuse = true;
    EXPECT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    EXPECT_EQ(recorder.calls_dropped(), 1u);
    sink_.refuse = false;
    recorder.OnCall(RecordOf(std::chrono::milliseconds(1)));
    EXPECT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    EXPECT_EQ(sink_.pushes.back().calls_total(), 2u);
  });
}

TEST_F(RecorderTest, IsSilentWhenNothingWasCalled) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    recorder.Start();
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(10)).ok());
    EXPECT_TRUE(recorder.Stop(environment_.clock.Now()).ok());
  });
  EXPECT_EQ(sink_.sends, 0);
}

TEST_F(RecorderTest, KeepsCountingWhenNamesOutgrowItsDictionary) {
  const size_t names = kDimensionSetsMax + 500;
  world_.Run([this, names] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    for (int round = 0; round < 2; ++round) {
      for (size_t i = 0; i < names; ++i) {
        const std::string instance = std::to_string(round) + "/" + std::to_string(i);
        rpc::CallRecord record = RecordOf(std::chrono::milliseconds(1));
        record.instance = instance;
        recorder.OnCall(record);
      }
      ASSERT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    }
  });
  EXPECT_EQ(sink_.window.Stats().calls_counted(), 2 * names);
  uint64_t more = 0;
  std::set<std::string> shown;
  for (const v1::PushRequest& push : sink_.pushes) {
    for (const v1::Card& card : push.cards()) {
      if (card.dimensions().instance() == kOverflowName) more += Card::Decode(card)->calls();
      shown.insert(card.dimensions().instance());
    }
  }
  EXPECT_EQ(more, 1000u);
  EXPECT_TRUE(shown.contains("0/0"));
  EXPECT_TRUE(shown.contains("1/0"));  // the second round found room
}

rpc::CallRecord Failed(std::string_view type, std::string_view callee = "music/catalog") {
  rpc::CallRecord record = RecordOf(std::chrono::milliseconds(1));
  record.callee = callee;
  record.code = StatusCode::kFailedPrecondition;
  record.error_type = type;
  return record;
}

TEST_F(RecorderTest, CountsFailuresByTheApplicationsErrorType) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    rpc::CallRecord fine = Failed("SoldOut");
    fine.code = StatusCode::kOk;
    recorder.OnCall(fine);
    recorder.OnCall(Failed(""));
    for (int i = 0; i < 3; ++i) recorder.OnCall(Failed("SoldOut"));
    ServerObserver observer(recorder, /*count_served=*/true);
    observer.OnCall(Failed("SoldOut"));
    ASSERT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
  });
  std::map<std::string, uint64_t> calls;
  for (const v1::Card& card : sink_.pushes.at(0).cards()) {
    const v1::Dimensions& of = card.dimensions();
    calls[std::to_string(of.code()) + of.result() + (of.served() ? "/served" : "")] +=
        Card::Decode(card)->calls();
  }
  EXPECT_EQ(calls, (std::map<std::string, uint64_t>{
                       {"0", 1}, {"9", 1}, {"9SoldOut", 3}, {"9SoldOut/served", 1}}));
}

TEST_F(RecorderTest, BeyondItsBoundErrorTypesAreCountedTogether) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    for (int round = 0; round < 2; ++round) {
      for (size_t i = 0; i < kErrorTypesMax + 7; ++i) recorder.OnCall(Failed(std::to_string(i)));
      recorder.OnCall(Failed("7", "music/storage"));  // another service has room of its own
      ASSERT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    }
  });
  std::map<std::string, uint64_t> calls;
  for (const v1::PushRequest& push : sink_.pushes) {
    for (const v1::Card& card : push.cards()) {
      EXPECT_EQ(card.dimensions().code(), static_cast<int>(StatusCode::kFailedPrecondition));
      calls[card.dimensions().callee() + " " + card.dimensions().result()] +=
          Card::Decode(card)->calls();
    }
  }
  EXPECT_EQ(calls.size(), kErrorTypesMax + 2);
  EXPECT_EQ(calls["music/catalog 0"], 2u);
  EXPECT_EQ(calls["music/catalog (more)"], 2u * 7);
  EXPECT_EQ(calls["music/storage 7"], 2u);
}

TEST(ErrorTypes, BeyondTheirBoundServicesHaveNone) {
  ErrorTypes types;
  for (size_t i = 0; i < kErrorTypeServicesMax; ++i) {
    EXPECT_TRUE(types.Tell("shop/" + std::to_string(i), "SoldOut"));
  }
  EXPECT_FALSE(types.Tell("shop/late", "SoldOut"));
  EXPECT_TRUE(types.Tell("shop/0", "Declined"));
}

TEST_F(RecorderTest, CutsLatenciesToTheUnitThatTheServerTells) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    const auto call = [&recorder](std::string_view callee) {
      rpc::CallRecord record = RecordOf(std::chrono::microseconds(12'345));
      record.callee = callee;
      recorder.OnCall(record);
    };
    const auto send = [&] {
      call("music/catalog");
      call("music/storage");
      ASSERT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    };
    const auto tell = [this](const std::string& callee, const std::string& unit) {
      v1::ServiceUnit& told = *sink_.reply.add_units();
      told.set_callee(callee);
      told.set_unit(unit);
    };
    tell("music/catalog", "1ms");
    tell("music/storage", "of a later version");
    send();
    sink_.reply.clear_units();
    tell("music/catalog", "ladder");
    tell("music/storage", "100us");
    send();
    sink_.reply.clear_units();
    send();
    send();
  });
  std::map<std::string, std::vector<uint32_t>> seen;
  for (const v1::PushRequest& push : sink_.pushes) {
    for (const v1::Card& card : push.cards()) {
      seen[card.dimensions().callee()].push_back(Card::Decode(card)->max_us());
    }
  }
  EXPECT_EQ(seen["music/catalog"], (std::vector<uint32_t>{12'345, 12'000, 12'340, 12'345}));
  EXPECT_EQ(seen["music/storage"], (std::vector<uint32_t>{12'345, 12'345, 12'300, 12'345}));
}

TEST_F(RecorderTest, AServerCountsItsOwnViewOfBellrockCallersCallsAside) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    ServerObserver observer(recorder, /*count_served=*/true);
    observer.OnCall(RecordOf(std::chrono::milliseconds(1), ""));
    observer.OnCall(RecordOf(std::chrono::milliseconds(2), "web/gateway"));
    observer.set_instance("/sh/d/music/catalog/default/1");
    observer.OnCall(RecordOf(std::chrono::milliseconds(3), "web/gateway"));
    EXPECT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    EXPECT_EQ(recorder.calls_total(), 3u);
  });
  std::map<std::string, bool> served;
  for (const v1::Card& card : sink_.pushes.at(0).cards()) {
    served[card.dimensions().caller() + card.dimensions().instance()] = card.dimensions().served();
  }
  EXPECT_EQ(served,
            (std::map<std::string, bool>{{"local/1", false},
                                         {"web/gatewaylocal/1", true},
                                         {"web/gateway/sh/d/music/catalog/default/1", true}}));
  // Nobody who looks at the last minutes sees a call twice.
  uint64_t shown = 0;
  for (int64_t s = sink_.window.oldest_second(); s <= sink_.window.now_second() + 2; ++s) {
    for (const auto& [set, card] : sink_.window.at(s)) shown += card.calls();
  }
  EXPECT_EQ(shown, 1u);
  EXPECT_EQ(sink_.window.Stats().calls_counted(), 3u);
}

TEST_F(RecorderTest, CallsThatAreToldByTheirKindAreCountedAsThoseOfTheirNames) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    ServerObserver observer(recorder, /*count_served=*/true);
    const rpc::CallRecord record = RecordOf(std::chrono::milliseconds(1));
    EXPECT_EQ(observer.KindOf(record).generation, 0u) << "it has no name yet";
    observer.set_instance("/sh/d/music/catalog/default/1");
    const rpc::CallKind kind = observer.KindOf(record);
    EXPECT_TRUE(observer.OnCallOf(kind, std::chrono::milliseconds(2)));
    observer.OnCall(record);
    EXPECT_FALSE(observer.OnCallOf({}, std::chrono::milliseconds(2)));
    EXPECT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    EXPECT_EQ(recorder.calls_total(), 2u);
  });
  ASSERT_EQ(sink_.pushes.at(0).cards_size(), 1);
  const v1::Card& card = sink_.pushes[0].cards(0);
  EXPECT_EQ(card.dimensions().instance(), "/sh/d/music/catalog/default/1");
  EXPECT_EQ(Card::Decode(card)->max_us(), 2000u);
}

TEST_F(RecorderTest, AServerCanLeaveCallsToTheirCallers) {
  world_.Run([this] {
    Recorder recorder(environment_, sink_, {.source = "h:1"});
    ServerObserver observer(recorder, /*count_served=*/false);
    observer.OnCall(RecordOf(std::chrono::milliseconds(1), ""));
    observer.OnCall(RecordOf(std::chrono::milliseconds(1), "web/gateway"));
    EXPECT_TRUE(recorder.Stop(environment_.clock.Now() + std::chrono::seconds(1)).ok());
    EXPECT_EQ(recorder.calls_total(), 1u);
  });
}

// Real threads, real time: the fold runs every 2 ms against threads that append.
TEST(Recorder, CountsExactlyWhatSeveralThreadsRecord) {
  constexpr int kThreads = 4;
  constexpr uint32_t kCallsEach = 50'000;
  WindowSink sink;
  std::map<uint32_t, uint64_t> counted;
  std::atomic<int> done{0};
  {
    fiber::LoopGroup loops(kThreads + 1);
    std::unique_ptr<Recorder> recorder;
    ASSERT_TRUE(
        fiber::RunOn(loops.loop(0), [&] {
          recorder = std::make_unique<Recorder>(
              fiber::RealEnvironment(), sink,
              RecorderOptions{.source = "h:1", .flush_period = std::chrono::milliseconds(2)});
          recorder->Start();
        }).ok());
    for (int thread = 0; thread < kThreads; ++thread) {
      loops.loop(thread + 1).Post([&recorder, &done, thread] {
        const std::string instance = "local/" + std::to_string(thread);
        for (uint32_t i = 0; i < kCallsEach; ++i) {
          rpc::CallRecord record = RecordOf(std::chrono::microseconds(i % 100));
          record.instance = instance;
          recorder->OnCall(record);
          if (i % 1000 == 0) fiber::Yield();
        }
        done.fetch_add(1);
        done.notify_one();
      });
    }
    for (int seen = done.load(); seen < kThreads; seen = done.load()) done.wait(seen);
    ASSERT_TRUE(fiber::RunOn(loops.loop(0), [&] {
                  const Time deadline =
                      fiber::RealEnvironment().clock.Now() + std::chrono::seconds(5);
                  EXPECT_TRUE(recorder->Stop(deadline).ok());
                  EXPECT_EQ(recorder->calls_total(), uint64_t{kThreads} * kCallsEach);
                  EXPECT_EQ(recorder->calls_dropped(), 0u);
                  recorder.reset();
                }).ok());
  }
  for (const v1::PushRequest& push : sink.pushes) {
    for (const v1::Card& card : push.cards()) {
      const Card decoded = Card::Decode(card).value();
      for (const Card::Bucket& bucket : decoded.buckets()) {
        counted[bucket.latency_us] += bucket.count;
      }
    }
  }
  ASSERT_EQ(counted.size(), 100u);
  for (const auto& [latency, calls] : counted) {
    EXPECT_EQ(calls, uint64_t{kThreads} * kCallsEach / 100) << latency;
  }
  EXPECT_EQ(sink.window.Stats().calls_counted(), uint64_t{kThreads} * kCallsEach);
}

}  // namespace
}  // namespace bellrock::metrics::client
