// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/server/question_desk.h"

#include <fmt/format.h>

namespace bellrock::routing::server {

Result<v1::ExplainReply> QuestionDesk::Ask(const std::string& host,
                                           const v1::ExplainRequest& request) {
  if (stopping_) return UnavailableError("this server is stopping; ask another");
  if (waiting_.size() >= kQuestionsMax) {
    return ResourceExhaustedError(
        fmt::format("{} questions to hosts wait here already; ask again", kQuestionsMax));
  }
  Question question{.host = host, .request = request};
  question.answer = UnavailableError(fmt::format(
      "host '{}' reports its tables but did not answer; if it runs an agent, ask there: "
      "bellrock routing explain {}",
      host, request.service()));
  uint64_t id = environment_.random.Next();
  while (waiting_.contains(id)) ++id;
  waiting_[id] = &question;
  const Status waited = question.answered.Wait(environment_.clock.Now() + kAnswerTimeout);
  waiting_.erase(id);
  if (waited.code() == StatusCode::kCancelled) return waited;
  return std::move(question.answer);
}

void QuestionDesk::HandOut(const std::string& host, v1::ReportTablesReply& reply) {
  for (auto& [id, question] : waiting_) {
    if (question->handed_out || question->host != host) continue;
    question->handed_out = true;
    v1::ReportTablesReply::Question& out = *reply.add_questions();
    out.set_id(id);
    *out.mutable_request() = question->request;
  }
}

void QuestionDesk::Answer(const v1::ReportTablesRequest::Answer& answer) {
  const auto at = waiting_.find(answer.id());
  if (at == waiting_.end()) return;
  Question& question = *at->second;
  question.answer = answer.problem().empty()
                        ? Result<v1::ExplainReply>(answer.reply())
                        : FailedPreconditionError(
                              fmt::format("host '{}' says: {}", question.host, answer.problem()));
  question.answered.Set();
}

void QuestionDesk::Stop() {
  stopping_ = true;
  for (auto& [id, question] : waiting_) question->answered.Set();
}

}  // namespace bellrock::routing::server
