// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "metrics/query/answer_builder.h"
#include "metrics/query/source.h"
#include "metrics/server/grain_plan.h"
#include "metrics/server/live_merge.h"
#include "metrics/server/retention.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::server {

// What the compute nodes know and the store does not have yet: seconds of the coarse sets since the
// last cut of each partition. Calls block the fiber.
class LiveCards {
 public:
  virtual ~LiveCards() = default;
  // Of the set ("": none), the cards of `callee` ("": of all), as of a moment when nothing is on
  // its way to the store. kUnavailable if that takes kLiveSettleSeconds.
  virtual Result<LiveSum> Take(const std::string& set, const std::string& callee) = 0;
  // What Take() would say now.
  virtual Result<uint64_t> Version() = 0;
};

// Answers questions from the store and the live seconds: from the smallest set that tells what is
// asked, in the longest windows that fit its steps. Windows of all grains hold the same calls, so
// that any of them may be mixed in one answer. Stateless but for what it borrows.
class StoredSource final : public query::Source {
 public:
  static constexpr size_t kServicesMax = 100'000;  // that a question without a service looks at

  // All borrowed.
  StoredSource(fiber::Clock& clock, store::Store& store, LiveCards& live,
               const std::vector<DimensionSet>& sets, Retention retention = {});

  Result<query::Answer> Ask(const query::Question& question) override;
  // On a disk thread: the loop has a registry to serve.
  void Compute(const std::function<void()>& work) override;

 private:
  struct Plan {
    const DimensionSet* set = nullptr;
    std::vector<Piece> pieces;
  };
  Result<Plan> PlanFor(const query::Question& question) const;
  Result<query::Answer> AskOnce(const query::Question& question, const Plan& plan, LiveSum live);
  Result<std::vector<std::string>> CalleesFor(const query::Question& question, const Plan& plan);
  Status AddStored(const Plan& plan, const std::string& callee, query::AnswerBuilder& builder);
  Status AddPiece(const Piece& piece, const std::string& set, const std::string& callee,
                  query::AnswerBuilder& builder);

  fiber::Clock& clock_;
  store::Store& store_;
  LiveCards& live_;
  const std::vector<DimensionSet>& sets_;
  const Retention retention_;
};

}  // namespace bellrock::metrics::server
