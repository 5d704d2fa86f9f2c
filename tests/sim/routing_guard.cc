// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing_guard.h"

#include <utility>

#include "base/check.h"

namespace bellrock::routing::sim {
namespace {

constexpr const char* kOn = R"({"concurrency": {"mode": "PROTECTION_ON"},
                                "queue": {"mode": "PROTECTION_ON"}})";

}  // namespace

Guard::Guard() : protection_({"music.Catalog/Get"}) {
  const Result<rpc::protect::Policy> policy = rpc::protect::PolicyFromJson(kOn);
  BELLROCK_CHECK(policy.ok(), "a policy that the product reads");
  const Status status = protection_.SetPolicy(Time{}, *policy, wakes_);
  BELLROCK_CHECK(status.ok(), "it names no methods");
}

Guard::Answer Guard::Ask(Time now, uint32_t attempt, Time deadline) {
  const rpc::protect::Decision decision =
      protection_.Admit(now, {.consumer = "caller", .arrived = now, .deadline = deadline}, wakes_);
  switch (decision.verdict) {
    case rpc::protect::Verdict::kAdmit:
      served_[attempt] = decision.token;
      return Answer::kBegin;
    case rpc::protect::Verdict::kWait:
      waiting_[decision.ticket] = attempt;
      return Answer::kWait;
    case rpc::protect::Verdict::kRefuse:
      break;
  }
  return Answer::kRefuse;
}

void Guard::Ended(Time now, uint32_t attempt, StatusCode code) {
  const auto found = served_.find(attempt);
  if (found == served_.end()) return;
  const rpc::protect::Token token = found->second;
  served_.erase(found);
  protection_.OnFinished(now, token, code, wakes_);
}

std::vector<Guard::End> Guard::TakeEnds() {
  std::vector<End> ends;
  for (const rpc::protect::Wake& wake : std::exchange(wakes_, {})) {
    const auto found = waiting_.find(wake.ticket);
    const uint32_t attempt = found->second;
    waiting_.erase(found);
    const StatusCode code = wake.decision.status().code();
    if (code == StatusCode::kOk) served_[attempt] = wake.decision.token;
    ends.push_back({attempt, code});
  }
  return ends;
}

}  // namespace bellrock::routing::sim
