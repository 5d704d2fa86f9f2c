// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_sender/alarm_host.h"

#include <optional>
#include <utility>
#include <vector>

#include "fiber/unix_time.h"
#include "metrics/alarm/memory.h"

namespace bellrock::metrics::alarm_sender {
namespace {

constexpr int64_t kMsPerSecond = 1000;

}  // namespace

// One message under way. The fiber ends before what it uses.
struct AlarmHost::Sending {
  alarm::Notification notification;
  std::optional<Status> outcome;
  fiber::JoinHandle fiber;
};

AlarmHost::AlarmHost(fiber::Environment environment, Parts parts, std::string node)
    : environment_(environment), parts_(parts), node_(std::move(node)) {}

AlarmHost::~AlarmHost() = default;

void AlarmHost::SetSettings(v1::AlarmSettings settings) {
  settings_ = std::move(settings);
  settings_changed_ = true;
}

int64_t AlarmHost::Now() {
  return fiber::UnixMs(environment_.clock) / kMsPerSecond;
}

v1::AlarmState AlarmHost::Snapshot() const {
  return evaluator_ == nullptr ? v1::AlarmState() : evaluator_->memory().ToState();
}

Status AlarmHost::Serve() {
  Status status = TakeOver();
  while (status.ok()) {
    status = Look();
    if (status.ok()) status = Rest();
  }
  sendings_.clear();
  waiting_.clear();
  evaluator_.reset();
  return status;
}

Status AlarmHost::TakeOver() {
  const fiber::ScopedDeadline bound(environment_.clock.Now() + kStateTimeout);
  BELLROCK_ASSIGN(v1::AlarmState state, parts_.keeper.Load());
  state = alarm::TakenOver(std::move(state), node_);
  BELLROCK_TRY(parts_.keeper.Save(state));
  evaluator_ = std::make_unique<alarm::Evaluator>(state);
  settings_changed_ = true;
  return Status::Ok();
}

Status AlarmHost::Look() {
  const int64_t now = Now();
  if (std::exchange(settings_changed_, false)) evaluator_->SetSettings(settings_, now);
  TakeOutcomes();
  Evaluate(now);
  BreakDown();
  for (alarm::Notification& one : evaluator_->Collect(now)) waiting_.push_back(std::move(one));
  if (evaluator_->changed()) BELLROCK_TRY(Keep());
  while (!waiting_.empty() && sendings_.size() < kSendsAtOnce) {
    Begin(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return fiber::CheckCurrent();
}

// What became of a message is kept when it is known: a node lost later does not have it sent again.
Status AlarmHost::Rest() {
  const Time until = environment_.clock.Now() + kLookInterval;
  while (true) {
    const Status waited = ended_.Wait(until);
    if (waited.code() == StatusCode::kDeadlineExceeded) return Status::Ok();
    BELLROCK_TRY(waited);
    ended_.Reset();
    TakeOutcomes();
    if (evaluator_->changed()) BELLROCK_TRY(Keep());
  }
}

Status AlarmHost::Keep() {
  const fiber::ScopedDeadline bound(environment_.clock.Now() + kStateTimeout);
  return parts_.keeper.Save(evaluator_->NextState());
}

void AlarmHost::Evaluate(int64_t now) {
  for (const alarm::Asked& asked : evaluator_->Plan(now)) {
    if (!fiber::CheckCurrent().ok()) return;
    const Result<query::Answer> answer = parts_.source.Ask(asked.now);
    const Result<query::Answer> past =
        asked.past ? parts_.source.Ask(*asked.past) : Result<query::Answer>(query::Answer());
    evaluator_->Take(asked, answer, past, Now());
  }
}

void AlarmHost::BreakDown() {
  size_t done = 0;
  for (const auto& [firing, questions] : evaluator_->PlanBreakdowns()) {
    if (++done > kBreakdownsAtOnce || !fiber::CheckCurrent().ok()) return;
    std::vector<alarm::Split> splits;
    for (const alarm::SplitQuestion& question : questions) {
      Result<query::Answer> now = parts_.source.Ask(question.now);
      Result<query::Answer> past = parts_.source.Ask(question.past);
      // A dimension that is not kept, or not as it was, explains nothing.
      if (!now.ok() || !past.ok()) continue;
      splits.push_back({question.dimension, std::move(now).value(), std::move(past).value()});
    }
    evaluator_->TakeBreakdown(firing, splits);
  }
}

void AlarmHost::Begin(alarm::Notification notification) {
  auto sending = std::make_unique<Sending>();
  Sending& one = *sending;
  one.notification = std::move(notification);
  sendings_[one.notification.key] = std::move(sending);
  one.fiber = fiber::Start([this, &one] {
    one.outcome = parts_.messenger.Send(one.notification);
    ended_.Set();
  });
}

void AlarmHost::TakeOutcomes() {
  for (auto it = sendings_.begin(); it != sendings_.end();) {
    Sending& one = *it->second;
    if (!one.outcome) {
      ++it;
      continue;
    }
    evaluator_->OnSent(one.notification, *one.outcome, Now());
    it = sendings_.erase(it);
  }
}

}  // namespace bellrock::metrics::alarm_sender
