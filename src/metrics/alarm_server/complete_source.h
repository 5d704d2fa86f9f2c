// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "metrics/query/source.h"

namespace bellrock::metrics::alarm_server {

// Answers only what is complete. A source says that nothing is known to miss of a window whose
// calls have yet to come, or of a part of the data that nobody works on; judged as it is, such a
// window would be one without calls, and wake somebody. Lives on the loop of what it borrows.
class CompleteSource final : public query::Source {
 public:
  // Unix second up to which all that was pushed is counted; 0: not known yet.
  using CompleteUntil = std::function<int64_t()>;

  // The source is borrowed.
  CompleteSource(query::Source& source, CompleteUntil complete_until);

  // kUnavailable for a question that ends later than what is complete.
  Result<query::Answer> Ask(const query::Question& question) override;
  void Compute(const std::function<void()>& work) override { source_.Compute(work); }

 private:
  query::Source& source_;
  const CompleteUntil complete_until_;
};

}  // namespace bellrock::metrics::alarm_server
