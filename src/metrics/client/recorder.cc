// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/recorder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/log.h"
#include "fiber/loop.h"

namespace bellrock::metrics::client {
namespace {

constexpr std::string_view kSubject = "metrics/client";
constexpr Duration kSendPassMax = std::chrono::seconds(2);
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kJitterShare = 5;  // of the period
constexpr int kCardsPerPush = 20'000;
constexpr size_t kCallsBetweenYields = 1 << 16;

std::atomic<uint64_t> next_recorder_id{1};

// One thread's buffers, one per recorder it has met; gives them back when the thread ends.
class ThreadBuffers {
 public:
  ~ThreadBuffers() {
    for (Lease& lease : leases_) lease.buffer->Disown();
  }
  CallBuffer& Find(uint64_t recorder, const std::shared_ptr<BufferList>& list) {
    for (const Lease& lease : leases_) {
      if (lease.recorder == recorder) return *lease.buffer;
    }
    std::erase_if(leases_, [](const Lease& lease) { return lease.list->closed(); });
    leases_.push_back({recorder, list, &list->Own()});
    return *leases_.back().buffer;
  }

 private:
  struct Lease {
    uint64_t recorder;
    std::shared_ptr<BufferList> list;
    CallBuffer* buffer;
  };
  std::vector<Lease> leases_;
};

thread_local ThreadBuffers thread_buffers;
// The one used last, in front of the list.
thread_local uint64_t recent_recorder = 0;
thread_local CallBuffer* recent_buffer = nullptr;

// Of the second that the thread counted last, at any recorder.
thread_local int64_t recent_second_begin = 0;
thread_local uint32_t recent_second = 0;

uint32_t SecondOf(int64_t wall_ns) {
  if (static_cast<uint64_t>(wall_ns - recent_second_begin) >= kSecond) [[unlikely]] {
    recent_second = static_cast<uint32_t>(wall_ns / kSecond);
    recent_second_begin = recent_second * kSecond;
  }
  return recent_second;
}

uint32_t Microseconds(Duration latency) {
  const int64_t us = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
  return static_cast<uint32_t>(std::clamp<int64_t>(us, 0, std::numeric_limits<uint32_t>::max()));
}

// A unit that only a later version knows is left to it.
Units UnitsIn(const v1::PushReply& reply) {
  Units units;
  for (const v1::ServiceUnit& told : reply.units()) {
    if (const Result<Unit> unit = ParseUnit(told.unit()); unit.ok()) {
      units.by_callee[told.callee()] = *unit;
    }
  }
  return units;
}

}  // namespace

Recorder::Recorder(fiber::Environment environment, CardSink& sink, RecorderOptions options)
    : environment_(environment),
      sink_(sink),
      id_(next_recorder_id.fetch_add(1, std::memory_order_relaxed)),
      period_(options.flush_period),
      jitter_(static_cast<int64_t>(environment.random.Next() %
                                   static_cast<uint64_t>(period_.count() / kJitterShare + 1))),
      buffers_(std::make_shared<BufferList>()),
      sets_(std::make_unique<SetDictionary>(kDimensionSetsMax)),
      outbox_(options.source,
              options.epoch != 0
                  ? options.epoch
                  : static_cast<uint64_t>(environment.clock.WallNow().time_since_epoch().count()),
              options.outbox) {
  SetWallOffset();
}

Recorder::~Recorder() {
  buffers_->Close();
}

void Recorder::Start() {
  fiber_ = fiber::Start([this] { Run(); });
}

void Recorder::Run() {
  while (fiber::SleepUntil(NextFlush()).ok()) {
    SetWallOffset();
    Fold(/*everything=*/false);
    fiber::ScopedDeadline deadline(environment_.clock.Now() + kSendPassMax);
    // What failed stays in the outbox for the next second.
    if (Status status = SendAll(); !status.ok() && !failing_) {
      log::Warning(kSubject, "push failed, will be sent again: {}", status.ToString());
      failing_ = true;
    }
  }
}

Status Recorder::Stop(Time deadline) {
  if (fiber_.joinable()) {
    fiber_.Cancel();
    fiber_.Join();
  }
  Fold(/*everything=*/true);
  fiber::ScopedDeadline scoped(deadline);
  return SendAll();
}

Time Recorder::NextFlush() {
  const int64_t wall = environment_.clock.WallNow().time_since_epoch().count() - jitter_.count();
  return environment_.clock.Now() + period_ - Duration(wall % period_.count());
}

void Recorder::SetWallOffset() {
  wall_offset_ns_.store(environment_.clock.WallNow().time_since_epoch().count() -
                            environment_.clock.Now().time_since_epoch().count(),
                        std::memory_order_relaxed);
}

uint32_t Recorder::SecondNow() {
  const fiber::Loop* loop = fiber::Loop::Current();
  const Time now = loop != nullptr ? loop->turn_time() : environment_.clock.Now();
  return SecondOf(now.time_since_epoch().count() + wall_offset_ns_.load(std::memory_order_relaxed));
}

CallBuffer& Recorder::MyBuffer() {
  if (recent_recorder != id_) {
    recent_buffer = &thread_buffers.Find(id_, buffers_);
    recent_recorder = id_;
  }
  return *recent_buffer;
}

void Recorder::OnCall(const rpc::CallRecord& record) {
  MyBuffer().Append(record, Microseconds(record.latency), SecondNow());
}

rpc::CallKind Recorder::KindOf(const rpc::CallRecord& record) {
  return MyBuffer().KindOf(record);
}

bool Recorder::OnCallOf(rpc::CallKind kind, Duration latency) {
  return MyBuffer().Append(kind, Microseconds(latency), SecondNow());
}

void Recorder::Fold(bool everything) {
  RenumberIfFull();
  const uint64_t lost = Drain();
  const auto now =
      static_cast<uint32_t>(environment_.clock.WallNow().time_since_epoch().count() / kSecond);
  v1::PushRequest push;
  for (auto it = open_.begin(); it != open_.end();) {
    // The current second still grows; one further ahead is a clock that was set back.
    if (!everything && (it->first == now || it->first == now + 1)) {
      ++it;
      continue;
    }
    FoldSecond(it->first, it->second, push);
    it = open_.erase(it);
  }
  AskSources(now, everything, push);
  outbox_.Lose(lost, now);
  // What was lost must reach the server's sum even if no further call does.
  if (push.cards_size() > 0 || lost > 0) outbox_.Add(std::move(push));
}

// What came since the last flush belongs to the second that ended, all but a jitter of it.
void Recorder::AskSources(uint32_t now, bool last, v1::PushRequest& push) {
  // A source may block the fiber, and others come and go meanwhile.
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (push.cards_size() >= kCardsPerPush) outbox_.Add(std::exchange(push, {}));
    sources_[i]->Collect(last ? now : now - 1, last, push);
  }
}

uint64_t Recorder::Drain() {
  uint64_t lost = 0;
  buffers_->ForEach([this, &lost](CallBuffer& buffer) {
    lost += buffer.TakeLost();
    std::vector<RawCall>* calls = nullptr;
    uint32_t second = 0;
    buffer.Drain([&](const NameSet& names, uint32_t latency_us, uint32_t ended) {
      if (calls == nullptr || ended != second) {
        second = ended;
        calls = &open_[second];
      }
      if (names.round != round_) {
        names.number = NumberOf(names);
        names.unit = units_.Of(names.callee);
        names.round = round_;
      }
      calls->push_back({names.number, Quantise(names.unit, latency_us)});
    });
  });
  if (lost > 0) log::Warning(kSubject, "{} calls dropped: their thread's buffer was full", lost);
  return lost;
}

uint32_t Recorder::NumberOf(const NameSet& names) {
  Dimensions dimensions = DimensionsOf(names);
  std::string& type = dimensions.result;
  if (!type.empty() && !error_types_.Tell(dimensions.callee, type)) type = kOverflowName;
  return sets_->Intern(dimensions);
}

// Names that no open call uses make room for new ones.
void Recorder::RenumberIfFull() {
  if (sets_->live() < kDimensionSetsMax) return;
  auto fresh = std::make_unique<SetDictionary>(kDimensionSetsMax);
  for (auto& [second, calls] : open_) {
    for (RawCall& call : calls) call.set = fresh->Intern(*sets_->at(call.set));
  }
  sets_ = std::move(fresh);
  ++round_;
}

void Recorder::FoldSecond(uint32_t second, const std::vector<RawCall>& calls,
                          v1::PushRequest& push) {
  size_t folded = 0;
  FoldCalls(calls, sets_->end(), [&](uint32_t set, const Card& card) {
    if (push.cards_size() == kCardsPerPush) outbox_.Add(std::exchange(push, {}));
    v1::Card& to = *push.add_cards();
    EncodeDimensions(*sets_->at(set), *to.mutable_dimensions());
    to.set_second(second);
    card.Encode(to);
    folded += card.calls();
    if (folded < kCallsBetweenYields) return;
    folded = 0;
    fiber::Yield();  // the loop's other fibers are calls that wait
  });
}

Status Recorder::SendAll() {
  while (!outbox_.empty()) {
    const auto reply = sink_.Send(outbox_.Try());
    const Status status = reply.status();
    if (status.code() == StatusCode::kInvalidArgument) {
      log::Error(kSubject, "push refused, its calls are dropped: {}", status.ToString());
      outbox_.Refuse();
      continue;
    }
    BELLROCK_TRY(status);
    outbox_.Acknowledge();
    Obey(*reply);
    failing_ = false;
  }
  return Status::Ok();
}

void Recorder::Obey(const v1::PushReply& reply) {
  outbox_.SetSpreads({reply.spreads().begin(), reply.spreads().end()});
  Units units = UnitsIn(reply);
  if (units == units_) return;
  units_ = std::move(units);
  ++round_;  // every name looks its unit up again, and finds its number as it was
}

void ServerObserver::set_instance(std::string path) {
  path_ = std::move(path);
  named_.store(true, std::memory_order_release);
}

rpc::CallRecord ServerObserver::Counted(const rpc::CallRecord& record) const {
  rpc::CallRecord counted = record;
  counted.served = !record.caller.empty();
  if (named_.load(std::memory_order_acquire)) counted.instance = path_;
  return counted;
}

void ServerObserver::OnCall(const rpc::CallRecord& record) {
  if (count_served_ || record.caller.empty()) recorder_.OnCall(Counted(record));
}

// Not before the name is there, which would come too late for a kind that is kept.
rpc::CallKind ServerObserver::KindOf(const rpc::CallRecord& record) {
  if (!named_.load(std::memory_order_acquire)) return {};
  return count_served_ || record.caller.empty() ? recorder_.KindOf(Counted(record))
                                                : rpc::CallKind();
}

bool ServerObserver::OnCallOf(rpc::CallKind kind, Duration latency) {
  return recorder_.OnCallOf(kind, latency);
}

}  // namespace bellrock::metrics::client
