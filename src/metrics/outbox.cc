// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/outbox.h"

#include <utility>

#include "base/check.h"
#include "metrics/series_kind.h"

namespace bellrock::metrics {
namespace {

uint64_t CallsOf(const v1::Card& card) {
  uint64_t calls = 0;
  for (const uint32_t count : card.count()) calls += count;
  return calls;
}

// Of services; what a metric counts is no call.
uint64_t CallsOf(const v1::PushRequest& push) {
  uint64_t calls = 0;
  for (const v1::Card& card : push.cards()) {
    if (IsService(card.dimensions().callee())) calls += CallsOf(card);
  }
  return calls;
}

}  // namespace

Outbox::Outbox(std::string source, uint64_t epoch, OutboxBounds bounds)
    : source_(std::move(source)), epoch_(epoch), bounds_(bounds) {}

void Outbox::Add(v1::PushRequest push) {
  Entry entry;
  entry.calls = CallsOf(push);
  entry.bytes = push.ByteSizeLong();
  calls_total_ += entry.calls;
  if (bytes_ + entry.bytes > bounds_.bytes_max) {
    Drop(push, entry.calls);
    return;
  }
  if (pushes_.size() < bounds_.pushes_max) {
    push.set_source(source_);
    push.set_epoch(epoch_);
    push.set_sequence(++sequence_);
    push.mutable_spreads()->Assign(spreads_.begin(), spreads_.end());
    TellLost(push);
    entry.push = std::move(push);
    pushes_.push_back(std::move(entry));
  } else {
    Entry& last = pushes_.back();
    const auto cards = static_cast<size_t>(last.push.cards_size() + push.cards_size());
    if (last.tried || cards > kCardsPerPushMax) {
      Drop(push, entry.calls);
      return;
    }
    for (v1::Card& card : *push.mutable_cards()) *last.push.add_cards() = std::move(card);
    last.calls += entry.calls;
    last.bytes += entry.bytes;
  }
  bytes_ += entry.bytes;
  pushes_.back().push.set_calls_total(calls_total_);
}

const v1::PushRequest& Outbox::Try() {
  BELLROCK_CHECK(!pushes_.empty(), "an empty outbox has nothing to try");
  pushes_.front().tried = true;
  return pushes_.front().push;
}

void Outbox::Acknowledge() {
  BELLROCK_CHECK(!pushes_.empty() && pushes_.front().tried, "only a tried push is acknowledged");
  Pop();
}

void Outbox::Refuse() {
  BELLROCK_CHECK(!pushes_.empty() && pushes_.front().tried, "only a tried push is refused");
  const v1::PushRequest& push = pushes_.front().push;
  for (const v1::LostCalls& lost : push.lost()) Lose(lost.callee(), lost.second(), lost.calls());
  Drop(push, pushes_.front().calls);
  Pop();
}

void Outbox::Lose(uint64_t calls, int64_t second) {
  calls_total_ += calls;
  calls_dropped_ += calls;
  if (calls > 0) Lose(kOverflowName, second, calls);
}

void Outbox::Drop(const v1::PushRequest& push, uint64_t calls) {
  calls_dropped_ += calls;
  for (const v1::Card& card : push.cards()) {
    Lose(card.dimensions().callee(), card.second(), CallsOf(card));
  }
}

void Outbox::Lose(const std::string& callee, int64_t second, uint64_t calls) {
  const std::pair key(callee, second);
  if (lost_.size() < kLostToldMax || lost_.contains(key)) {
    lost_[key] += calls;
  } else {
    lost_[{kOverflowName, lost_.begin()->first.second}] += calls;
  }
}

void Outbox::TellLost(v1::PushRequest& push) {
  for (const auto& [place, calls] : std::exchange(lost_, {})) {
    v1::LostCalls& lost = *push.add_lost();
    lost.set_callee(place.first);
    lost.set_second(place.second);
    lost.set_calls(calls);
  }
}

void Outbox::Pop() {
  bytes_ -= pushes_.front().bytes;
  pushes_.pop_front();
}

}  // namespace bellrock::metrics
