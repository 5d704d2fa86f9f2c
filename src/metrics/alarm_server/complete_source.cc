// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/complete_source.h"

#include <fmt/format.h>

#include <utility>

namespace bellrock::metrics::alarm_server {

CompleteSource::CompleteSource(query::Source& source, CompleteUntil complete_until)
    : source_(source), complete_until_(std::move(complete_until)) {}

Result<query::Answer> CompleteSource::Ask(const query::Question& question) {
  const int64_t until = complete_until_();
  if (until != 0 && question.to <= until) return source_.Ask(question);
  return UnavailableError(
      until == 0 ? std::string("nothing is known to be complete yet: it waits")
                 : fmt::format("calls are complete until {} only, {} is asked for: it waits", until,
                               question.to));
}

}  // namespace bellrock::metrics::alarm_server
