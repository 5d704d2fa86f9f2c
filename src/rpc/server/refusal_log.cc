// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/refusal_log.h"

#include <fmt/format.h>

#include "base/log.h"

namespace bellrock::rpc {
namespace {
constexpr Duration kLineInterval = std::chrono::seconds(1);
}

std::string_view RefusalName(Refusal reason) {
  switch (reason) {
    case Refusal::kUnknownProtocol:
      return "unknown protocol";
    case Refusal::kBadFrame:
      return "bad frame";
    case Refusal::kBadHttp:
      return "bad HTTP";
    case Refusal::kHalfOpen:
      return "half-open";
    case Refusal::kIdle:
      return "idle";
    case Refusal::kSlowReader:
      return "slow reader";
    case Refusal::kTooMany:
      return "too many connections";
    case Refusal::kBadTls:
      return "bad TLS";
    case Refusal::kPlainText:
      return "plain text";
    case Refusal::kFlood:
      return "flood";
  }
  return "?";
}

void RefusalLog::Note(Refusal reason, std::string_view peer, std::string_view detail, Time now) {
  if (auto line = Line(reason, peer, detail, now)) log::Write(log::Level::kWarning, "rpc", *line);
}

std::optional<std::string> RefusalLog::Line(Refusal reason, std::string_view peer,
                                            std::string_view detail, Time now) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[static_cast<size_t>(reason)];
  ++entry.count;
  if (entry.shown_at && now - *entry.shown_at < kLineInterval) {
    ++entry.unshown;
    return std::nullopt;
  }
  std::string line =
      fmt::format("refused connection from {}: {}: {}", peer, RefusalName(reason), detail);
  if (entry.unshown > 0) line += fmt::format(" (and {} more since the last line)", entry.unshown);
  entry.shown_at = now;
  entry.unshown = 0;
  return line;
}

uint64_t RefusalLog::count(Refusal reason) const {
  const std::lock_guard lock(mutex_);
  return entries_[static_cast<size_t>(reason)].count;
}

}  // namespace bellrock::rpc
