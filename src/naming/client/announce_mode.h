// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/time.h"

namespace bellrock::naming::client {

// Silence of the host's agent after which an instance heartbeats for itself. Well below the default
// lease of 10 s, so that the change of hands goes unseen.
inline constexpr Duration kAgentSilenceMax = std::chrono::seconds(3);

// Decides who keeps one instance registered: the host's agent or the instance itself. Pure. By
// itself after the agent has been silent for kAgentSilenceMax (or at once if there is none); back
// to the agent only when the agent says that the instance is registered, so that the hands overlap
// and never leave a gap.
class AnnounceMode {
 public:
  AnnounceMode(bool has_agent, Time now)
      : has_agent_(has_agent), direct_(!has_agent), silent_since_(now) {}

  // The agent answered on a live stream; `registered` is its answer.
  void OnAnswer(bool registered) {
    answering_ = true;
    if (registered) direct_ = false;
  }
  // The stream broke, could not be opened, or went silent.
  void OnSilence(Time now) {
    if (answering_) silent_since_ = now;
    answering_ = false;
  }
  void Tick(Time now) {
    if (now >= due()) direct_ = true;
  }
  // When Tick() has something to do.
  Time due() const {
    return !has_agent_ || answering_ || direct_ ? kNever : silent_since_ + kAgentSilenceMax;
  }
  // The instance heartbeats for itself.
  bool direct() const { return direct_; }

 private:
  bool has_agent_;
  bool direct_;
  bool answering_ = false;
  Time silent_since_;
};

}  // namespace bellrock::naming::client
