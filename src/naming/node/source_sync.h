// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/splitmix.h"
#include "bellrock/time.h"
#include "naming/replica/repair.h"

namespace bellrock::naming::node {

using replica::Moment;

// What a node exchanges with one other that it pulls from, and when: events all the time, what it
// heard of others every few seconds, a comparison of everything now and then or when events cannot
// help. One request is under way at a time. Pure; the server place asks Next(), makes the call and
// tells what came of it. Borrows the replica.
class SourceSync {
 public:
  // How long the other may wait for its first event before it answers.
  static constexpr Duration kPullWait = std::chrono::seconds(1);
  static constexpr Duration kShareEvery = std::chrono::seconds(3);
  static constexpr Duration kCheckEvery = std::chrono::seconds(10);  // +-50 %
  static constexpr Duration kRetryMin = std::chrono::milliseconds(100);
  static constexpr Duration kRetryMax = std::chrono::seconds(2);
  // After so many checks in a row that found events under way, one goes on.
  static constexpr int kLaggingMax = 20;

  SourceSync(replica::Replica& replica, uint64_t seed, Time now);

  enum class Act : uint8_t { kPull, kRepair, kShare, kWait };
  struct Step {
    Act act = Act::kWait;
    Time until{};  // kWait
  };
  // What to do now. kRepair: send repair_request().
  Step Next(Time now);
  const replica::RepairRequest& repair_request() const { return session_->request(); }

  void OnPull(const replica::PullReply& reply, const Moment& at);
  void OnRepair(const replica::RepairReply& reply, const Moment& at);
  void OnShared(Time now) { share_at_ = now + kShareEvery; }
  void OnFailed(const std::string& why, Time now);

  // Compare everything as soon as possible, whatever the vectors say.
  void DemandRepair() { needed_ = true; }

  struct Figures {
    Time last_reply = Time::min();
    Time last_check = Time::min();
    uint64_t lag = 0;      // events that it had and we lacked, after its last reply
    uint64_t applied = 0;  // events
    uint64_t sessions = 0;
    std::string problem;
    replica::RepairFigures repair;  // of all sessions that ended, and of the one under way
  };
  Figures figures() const;
  // Since the first of the failures in a row; 0 after an answer.
  Duration FailingFor(Time now) const {
    return failing_since_ ? std::max(now - *failing_since_, Duration{1}) : Duration{0};
  }
  // Nothing is left to be had from it as far as its last reply tells.
  bool drained() const { return drained_; }
  bool repairing() const { return session_.has_value() || needed_; }

 private:
  void OnAnswered(Time now);
  void EndSession(Time now);
  Duration Jittered(Duration around);

  replica::Replica& replica_;
  SplitMix64 random_;
  std::optional<replica::RepairSession> session_;
  uint64_t session_id_;
  bool finishing_ = false;  // the session is done, its last request is still to be sent
  bool pull_next_ = true;   // between two rounds of a session events go on
  bool needed_ = false;
  int lagging_ = 0;
  Time share_at_;
  Time check_at_;
  Time retry_at_ = Time::min();
  Duration retry_ = kRetryMin;
  std::optional<Time> failing_since_;
  bool drained_ = false;
  Figures figures_;
};

}  // namespace bellrock::naming::node
