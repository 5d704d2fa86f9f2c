// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/service.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "cli/naming/import_plan.h"
#include "cli/naming/line_reader.h"
#include "fiber/sync.h"

namespace bellrock::cli {

// Gives every instance under the target ("": all) to `take` as the server sends them, in parts;
// ends at its first error.
Status ReadAll(const std::string& target, ChannelInterface& channel,
               const std::function<Status(naming::v1::Instance)>& take);

// The same for documents (naming.proto, ListDocuments): an instance that has a path and an
// operator's word only.
Status ReadDocuments(const std::string& target, ChannelInterface& channel,
                     const std::function<Status(naming::v1::Instance)>& take);

struct ImportFigures {
  uint64_t lines = 0;
  uint64_t added = 0;
  uint64_t changed = 0;
  uint64_t same = 0;
  uint64_t older = 0;
  uint64_t operator_words = 0;
  uint64_t refused = 0;  // lines that are no instance, or that the registry does not take
};

// Brings the lines of a backup into a registry: one fiber reads and compares, kCalls others call.
// Used once, inside a fiber.
class Importer {
 public:
  static constexpr int kCalls = 128;  // in flight
  static constexpr uint64_t kRefusalsPrinted = 10;
  // A registry between two leaders is waited for: about ten seconds in all.
  static constexpr int kTries = 8;
  static constexpr Duration kRetryMin = std::chrono::milliseconds(200);
  static constexpr Duration kRetryMax = std::chrono::seconds(2);

  Importer(ChannelInterface& channel, bool dry_run)
      : channel_(channel), dry_run_(dry_run), jobs_(kCalls) {}

  // "-" is standard input. Ends at the first error that is not one line's own.
  Status Run(const std::string& file);
  const ImportFigures& figures() const { return figures_; }

 private:
  struct Job {
    uint64_t line = 0;
    ImportStep step;
    naming::v1::Instance instance;
  };

  Status ReadLines(LineReader reader);
  Status Take(const std::string& line);
  void Work();
  Status Do(const Job& job);
  Status Register(const Job& job);
  Status Operate(const Job& job);
  Status Patiently(const std::function<Status()>& call);
  void Count(const Job& job);
  void Refuse(uint64_t line, const Status& why);
  void PrintProgress();

  ChannelInterface& channel_;
  const bool dry_run_;
  ImportPlan plan_;
  fiber::Channel<Job> jobs_;
  ImportFigures figures_;
  Time next_progress_ = kNever;
  Status failure_;
};

}  // namespace bellrock::cli
