// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/heat.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "metrics/query/asking.h"
#include "metrics/query/latency_rows.h"

namespace bellrock::metrics::query {
namespace {

Status Check(const v1::HeatRequest& request) {
  if (request.rows() != 0 && (request.rows() < kHeatRowsMin || request.rows() > kHeatRowsMax)) {
    return InvalidArgumentError(fmt::format("rows: {}; give {} to {}, or 0 for {}", request.rows(),
                                            kHeatRowsMin, kHeatRowsMax, kHeatRowsDefault));
  }
  if (request.step() <= 0 || request.to() <= request.from()) return Status::Ok();
  const int64_t columns = (request.to() - request.from() - 1) / request.step() + 1;
  if (columns <= kHeatColumnsMax) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("step: {} s make {} columns, at most {}; take a longer step", request.step(),
                  columns, kHeatColumnsMax));
}

Result<Question> QuestionOf(const v1::HeatRequest& request) {
  BELLROCK_TRY(Check(request));
  Question question;
  question.from = request.from();
  question.to = request.to();
  question.step =
      request.step() != 0 ? request.step() : std::max<int64_t>(request.to() - request.from(), 1);
  BELLROCK_ASSIGN(question.where, MatchesFrom(request.where()));
  return question;
}

std::vector<uint64_t> BoundsOf(const std::vector<Card>& cards, int32_t rows) {
  uint32_t least = std::numeric_limits<uint32_t>::max();
  uint32_t most = 0;
  bool any = false;
  for (const Card& card : cards) {
    if (card.calls() == 0) continue;
    any = true;
    least = std::min(least, card.buckets().front().latency_us);
    most = std::max(most, card.max_us());
  }
  if (!any) return {};
  return LatencyRows(least, most, static_cast<size_t>(rows == 0 ? kHeatRowsDefault : rows));
}

void Render(const v1::HeatRequest& request, const Question& question, const Answer& answer,
            v1::HeatReply& reply) {
  const std::vector<Card>& cards = answer.groups.front().cards;
  const std::vector<uint64_t> bounds = BoundsOf(cards, request.rows());
  if (bounds.empty()) return;
  reply.mutable_bounds_us()->Assign(bounds.begin(), bounds.end());
  for (size_t at = 0; at < cards.size(); ++at) {
    v1::HeatReply::Column& column = *reply.add_columns();
    column.set_from(question.from + static_cast<int64_t>(at) * question.step);
    column.set_completeness(answer.completeness[at]);
    for (const uint64_t calls : CountByRow(cards[at], bounds)) {
      column.add_calls(calls);
      reply.set_most(std::max<uint64_t>(reply.most(), calls));
    }
  }
}

}  // namespace

Result<v1::HeatReply> HeatOf(Source& source, const v1::HeatRequest& request) {
  BELLROCK_ASSIGN(const Question question, QuestionOf(request));
  BELLROCK_ASSIGN(const Answer answer, source.Ask(question));
  v1::HeatReply reply;
  reply.set_complete_until(answer.complete_until);
  if (!answer.groups.empty()) source.Compute([&] { Render(request, question, answer, reply); });
  return reply;
}

}  // namespace bellrock::metrics::query
