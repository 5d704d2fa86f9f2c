// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fiber/environment.h"
#include "metrics/card_sink.h"
#include "metrics/client/recorder.h"

namespace bellrock::bench {

// Takes every card and forgets it: a source pays for counting, not for the agent behind it.
class NullSink final : public metrics::CardSink {
 public:
  Result<metrics::v1::PushReply> Send(const metrics::v1::PushRequest&) override {
    return metrics::v1::PushReply();
  }
};

// Counting as libbellrock does it in every program. Made, started and stopped on the home loop.
class Counting {
 public:
  explicit Counting(std::string source)
      : recorder_(fiber::RealEnvironment(), sink_, {.source = std::move(source)}) {
    recorder_.Start();
  }
  ~Counting() { (void)recorder_.Stop(kNever); }

  rpc::CallObserver& client_side() { return recorder_; }
  rpc::CallObserver& server_side() { return server_observer_; }

 private:
  NullSink sink_;
  metrics::client::Recorder recorder_;
  metrics::client::ServerObserver server_observer_{recorder_, /*count_served=*/true};
};

}  // namespace bellrock::bench
