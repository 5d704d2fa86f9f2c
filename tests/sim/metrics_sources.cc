// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics_sources.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "fiber/unix_time.h"

namespace bellrock::metrics {
namespace {

using std::chrono::milliseconds;

constexpr Duration kTryMax = milliseconds(1500);  // for one collector to acknowledge
constexpr uint64_t kRetryMsMax = 300;
constexpr uint64_t kToldMsMax = 400;         // after a second's end
constexpr uint64_t kHeldMsMax = 2'500;       // a push that is overtaken
constexpr uint64_t kRepeatedMsMax = 20'000;  // a push that comes again
constexpr uint64_t kLateSecondsMax = 200;
constexpr uint64_t kCardsMax = 3;   // of a service, in a push
constexpr uint64_t kCallsMax = 50;  // of a bucket

}  // namespace

SimCollectors::SimCollectors(fiber::Environment environment, MetricsBackend& backend,
                             testing::SimRandom& dice, size_t count, uint32_t partitions)
    : environment_(environment),
      backend_(backend),
      dice_(dice),
      partitions_(partitions),
      places_(count),
      now_(count) {
  for (size_t at = 0; at < count; ++at) Start(at);
}

SimCollectors::~SimCollectors() {
  for (size_t at = 0; at < places_.size(); ++at) Kill(at);
}

void SimCollectors::Start(size_t at) {
  if (now_[at] != nullptr) return;
  server::CollectorOptions options;
  options.name = fmt::format("collector-{}.{}", at, places_[at].life);
  options.partitions = partitions_;
  lives_.push_back(std::make_unique<Life>(environment_, backend_, dice_, std::move(options)));
  now_[at] = lives_.back().get();
  now_[at]->collector.Start();
  places_[at].up = true;
}

void SimCollectors::Kill(size_t at) {
  if (now_[at] == nullptr) return;
  places_[at].Die();
  Life& life = *std::exchange(now_[at], nullptr);
  life.process.Kill();
  life.collector.Stop();
}

Status SimCollectors::Take(size_t at, SimProcess& source, const v1::PushRequest& push) {
  return source.Call(places_[at], [&]() -> Status { return now_[at]->collector.Take(push); });
}

SimSources::SimSources(fiber::Environment environment, SimCollectors& collectors, SentCalls& sent,
                       testing::SimRandom& dice, Options options)
    : environment_(environment),
      collectors_(collectors),
      sent_(sent),
      dice_(dice),
      options_(std::move(options)),
      process_(dice) {}

void SimSources::Start() {
  for (size_t i = 0; i < options_.sources; ++i) {
    auto& source = *sources_.emplace_back(std::make_unique<Source>());
    source.name = fmt::format("web-{}:{}", i, 100 + i);
    source.fiber = fiber::Start([this, &source] { Run(source); });
  }
}

void SimSources::Stop() {
  stopped_ = true;
  for (const auto& source : sources_) source->fiber.Join();
}

Status SimSources::Sleep(uint64_t ms_max) {
  return fiber::SleepFor(std::chrono::microseconds(dice_.Between(0, ms_max * 1000)));
}

void SimSources::Run(Source& source) {
  while (!stopped_) {
    const int64_t second = fiber::UnixSecond(environment_.clock);
    const auto left = milliseconds((second + 1) * 1000 - fiber::UnixMs(environment_.clock));
    if (!fiber::SleepFor(left).ok() || !Sleep(kToldMsMax).ok()) return;
    uint64_t of_earlier = 0;
    v1::PushRequest push = PushOf(source, second, of_earlier);
    sent_.Add(push, second, of_earlier);
    ++open_;
    const Status begun = fiber::Loop::Current()->Spawn(
        [this, push = std::move(push)]() mutable { Deliver(std::move(push)); });
    BELLROCK_CHECK(begun.ok(), "room for a push's fiber");
  }
}

v1::PushRequest SimSources::PushOf(Source& source, int64_t second, uint64_t& of_earlier) {
  v1::PushRequest push;
  push.set_source(source.name);
  push.set_epoch(1);
  push.set_sequence(++source.sequence);
  push.set_site("bj");
  for (const std::string& service : options_.services) {
    const uint64_t cards = dice_.Between(1, kCardsMax);
    for (uint64_t i = 0; i < cards; ++i) AddCard(service, second, push);
    if (!OneIn(4)) continue;
    v1::ServiceSpread& spread = *push.add_spreads();
    spread.set_callee(service);
    spread.set_partitions(uint32_t{1} << dice_.Between(0, 3));
  }
  if (OneIn(10)) {
    const auto earlier = static_cast<int64_t>(dice_.Between(30, kLateSecondsMax));
    AddCard(options_.services.front(), second - earlier, push);
    for (const uint32_t count : push.cards().rbegin()->count()) of_earlier += count;
  }
  return push;
}

void SimSources::AddCard(const std::string& callee, int64_t second, v1::PushRequest& push) {
  v1::Card& card = *push.add_cards();
  v1::Dimensions& dimensions = *card.mutable_dimensions();
  if (!OneIn(5)) dimensions.set_caller(fmt::format("web/gateway-{}", dice_.Between(1, 3)));
  dimensions.set_callee(callee);
  dimensions.set_method(fmt::format("M{}", dice_.Between(1, 3)));
  dimensions.set_instance(
      fmt::format("/s{}/demo/{}/default/{}", dice_.Between(1, 2), callee, dice_.Between(1, 3)));
  dimensions.set_code(OneIn(5) ? static_cast<int32_t>(StatusCode::kUnavailable) : 0);
  card.set_second(second);
  for (uint64_t buckets = dice_.Between(1, 3); buckets > 0; --buckets) {
    card.add_latency_us_delta(static_cast<uint32_t>(dice_.Between(1, 1000)));
    card.add_count(static_cast<uint32_t>(dice_.Between(1, kCallsMax)));
  }
}

void SimSources::Deliver(v1::PushRequest push) {
  if (OneIn(20)) (void)Sleep(kHeldMsMax);
  Bring(push);
  if (OneIn(8)) {
    ++repeated_;
    (void)Sleep(OneIn(2) ? kRetryMsMax : kRepeatedMsMax);
    Bring(push);
  }
  --open_;
}

void SimSources::Bring(const v1::PushRequest& push) {
  while (!fiber::CurrentCancelled()) {
    const size_t at = dice_.Between(0, collectors_.size() - 1);
    Status taken;
    {
      fiber::ScopedDeadline deadline(environment_.clock.Now() + kTryMax);
      taken = collectors_.Take(at, process_, push);
    }
    if (taken.ok()) return;
    BELLROCK_CHECK(taken.code() != StatusCode::kInvalidArgument, "a push that makes sense");
    (void)Sleep(kRetryMsMax);
  }
}

}  // namespace bellrock::metrics
