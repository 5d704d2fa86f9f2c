// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "bellrock/routing/v1/routing.pb.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/sync.h"

namespace bellrock::routing::server {

inline constexpr size_t kQuestionsMax = 256;  // that wait at a time
// Hosts report each second and answer at once; one that was asked in vain for so long is no agent
// of this release.
inline constexpr Duration kAnswerTimeout = std::chrono::seconds(3);

// Questions to hosts, which no server can call: they go out with the reply to a host's next report,
// and the answer comes with the report after it. Lives on the routing server's loop.
class QuestionDesk {
 public:
  explicit QuestionDesk(fiber::Environment environment) : environment_(environment) {}

  // Blocks for the answer. kUnavailable: none came; kResourceExhausted: too many wait.
  Result<v1::ExplainReply> Ask(const std::string& host, const v1::ExplainRequest& request);
  // Puts what waits for the host into the reply, each question once.
  void HandOut(const std::string& host, v1::ReportTablesReply& reply);
  // Answers to questions that nobody waits for any more are left out.
  void Answer(const v1::ReportTablesRequest::Answer& answer);
  // Those who wait go away with kUnavailable; nobody waits from now on.
  void Stop();

 private:
  struct Question {
    const std::string& host;
    const v1::ExplainRequest& request;
    bool handed_out = false;
    Result<v1::ExplainReply> answer = UnavailableError("");
    fiber::Event answered{};
  };

  fiber::Environment environment_;
  std::map<uint64_t, Question*>
      waiting_;  // by a random number: answers to an earlier server's fail
  bool stopping_ = false;
};

}  // namespace bellrock::routing::server
