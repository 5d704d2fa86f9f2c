// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/server/live_merge.h"
#include "metrics_backend.h"
#include "metrics_node.h"
#include "metrics_sent.h"

namespace bellrock::metrics {

using SimNodes = std::vector<std::shared_ptr<SimComputeNode>>;

// Looks at the whole all the time, as somebody does who sees into every process at once: is every
// partition worked, and what would a question by the second be told?
class MetricsWatch {
 public:
  static constexpr Duration kHealedWithin = std::chrono::seconds(2);  // OCTO-079

  using Complain = std::function<void(const std::string& what)>;

  // All borrowed.
  MetricsWatch(MetricsBackend& backend, const SimNodes& nodes, const SentCalls& sent,
               uint32_t partitions, Complain complain);

  // Something was done to the whole just now, or is over. While anything lasts, nothing is
  // measured.
  void Disturbed(Time now);
  void Begins() { ++lasting_; }
  void Ends(Time now);

  // Healed: in every partition, of those nodes that run, the one with the newest takeover counts
  // and has applied a record that was appended after the disturbance. Complains if that takes
  // longer than kHealedWithin.
  void LookAtWork(Time now);
  // From now on it is enough to have applied all that was there at the disturbance.
  void CallsEnded() { calls_ended_ = true; }
  bool healed() const { return healed_; }
  // One for each disturbance that was the last for long enough.
  const std::vector<Duration>& heals() const { return heals_; }

  // Asks for the calls of each second, of the store and of the owners, from the moment all its
  // sources have made their pushes until all is told; as a server asks, so it blocks. Complains if
  // more is told than was sent.
  void LookAtSeconds(fiber::Clock& clock);
  // From a second's end until all of its calls were told that were told in time.
  const std::vector<Duration>& lateness() const { return lateness_; }
  uint64_t looks() const { return looks_; }
  // Of those; calls were on their way to the store each time.
  uint64_t looks_without_answer() const { return looks_without_answer_; }
  // The oldest second that is not told yet.
  int64_t told_until() const { return next_; }

 private:
  // What those that run know.
  std::vector<compute::NodeLive> LookIntoAll() const;
  // What those that run answer in time.
  std::vector<compute::NodeLive> AskAll(const std::string& set) const;
  bool Advanced(const compute::LivePartition& told) const;
  std::string NotHealed(const std::vector<server::LiveMerge::Row>& rows) const;
  std::optional<std::map<int64_t, uint64_t>> CallsSince(int64_t second);
  void AddStored(int64_t since, std::map<int64_t, uint64_t>& calls) const;
  void LookForTooMany(const std::map<int64_t, uint64_t>& calls);
  void AddCalls(const CardTable& table, int64_t since, std::map<int64_t, uint64_t>& calls) const;

  MetricsBackend& backend_;
  const SimNodes& nodes_;
  const SentCalls& sent_;
  const uint32_t partitions_;
  const Complain complain_;
  server::LiveMerge merge_;
  int lasting_ = 0;
  Time since_{};
  std::vector<uint64_t> ends_;  // of the queue, at the disturbance
  bool healed_ = true;
  bool calls_ended_ = false;
  std::vector<Duration> heals_;
  int64_t next_ = 0;
  std::map<int64_t, bool> told_;  // seconds from next_ on
  std::vector<Duration> lateness_;
  uint64_t looks_ = 0;
  uint64_t looks_without_answer_ = 0;
};

}  // namespace bellrock::metrics
