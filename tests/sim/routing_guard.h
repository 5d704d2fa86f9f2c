// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "rpc/protect/protection.h"

namespace bellrock::routing::sim {

// The product's own server protection before a simulated instance, as docs/protection.md advises to
// run it: limit and queue on, nothing else said. Knows attempts by number; owned by a Callee.
class Guard {
 public:
  Guard();

  enum class Answer : uint8_t { kBegin, kWait, kRefuse };
  Answer Ask(Time now, uint32_t attempt, Time deadline);
  // One that began has ended so; its caller gave up: kDeadlineExceeded.
  void Ended(Time now, uint32_t attempt, StatusCode code);

  // A wait that was ended by what happened since the last time.
  struct End {
    uint32_t attempt = 0;
    StatusCode code = StatusCode::kOk;  // kOk: it may begin
  };
  std::vector<End> TakeEnds();

 private:
  rpc::protect::Protection protection_;
  std::map<uint32_t, rpc::protect::Token> served_;
  std::map<uint64_t, uint32_t> waiting_;  // by ticket
  std::vector<rpc::protect::Wake> wakes_;
};

}  // namespace bellrock::routing::sim
