// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "metrics/alarm/evaluator.h"
#include "metrics/alarm_sender/sender.h"
#include "metrics/alarm_sender/state_keeper.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::alarm_sender {

inline constexpr size_t kSendsAtOnce = 64;       // the others wait for the next look
inline constexpr size_t kBreakdownsAtOnce = 16;  // of one look
inline constexpr Duration kLookInterval = std::chrono::seconds(5);
inline constexpr Duration kStateTimeout = std::chrono::seconds(10);

// Evaluates alarms for as long as this node is the one to do so: takes the state over, then looks,
// keeps, sends, in turns. Nothing is sent before the state that says so is kept; when it cannot be
// kept, the term is over and nothing more is sent. The product decides which node serves, by
// rendezvous over the live ones; two at once only cost work, since one of them is fenced off. Lives
// on one loop, in the fiber that called Serve().
class AlarmHost {
 public:
  struct Parts {
    query::Source& source;
    StateKeeper& keeper;
    Messenger& messenger;
  };
  AlarmHost(fiber::Environment environment, Parts parts, std::string node);
  ~AlarmHost();

  // From the next look on. Checked settings, see alarm::CheckAlarmSettings().
  void SetSettings(v1::AlarmSettings settings);
  // One term. Blocks until the fiber is cancelled or its deadline, or somebody else took over
  // (kAborted), or the state cannot be reached (kUnavailable): then serve again, if this node is
  // still the one.
  Status Serve();

  // What is remembered, for pages; empty between terms.
  v1::AlarmState Snapshot() const;
  bool serving() const { return evaluator_ != nullptr; }

 private:
  struct Sending;

  Status TakeOver();
  Status Look();
  Status Rest();
  Status Keep();
  void Evaluate(int64_t now);
  void BreakDown();
  void Begin(alarm::Notification notification);
  void TakeOutcomes();
  int64_t Now();

  fiber::Environment environment_;
  Parts parts_;
  const std::string node_;
  v1::AlarmSettings settings_;
  bool settings_changed_ = false;
  std::unique_ptr<alarm::Evaluator> evaluator_;
  fiber::Event ended_;                                        // a sending
  std::map<std::string, std::unique_ptr<Sending>> sendings_;  // by message
  std::deque<alarm::Notification> waiting_;                   // kept, to be sent
};

}  // namespace bellrock::metrics::alarm_sender
