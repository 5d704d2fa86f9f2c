// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/status.h"

namespace bellrock::cli {

// What a line of a backup comes to at a registry.
struct ImportStep {
  enum class Spec : uint8_t {
    kNew,
    kChanged,
    kSame,   // nothing to register
    kOlder,  // the registry knows a later life of it: that one is left alone
  };
  Spec spec = Spec::kSame;
  bool operator_words = false;  // those of the line are to be set
};

// Compares a backup with what a registry holds. What the registry holds and the backup does not is
// left alone. Pure.
class ImportPlan {
 public:
  // What is there, once per instance and before any step.
  void Know(naming::v1::Instance instance);
  // Counts the instance as imported.
  ImportStep Step(const naming::v1::Instance& instance);
  size_t known() const { return known_.size(); }

 private:
  struct Known {
    uint64_t incarnation = 0;
    std::string spec;            // canonical bytes
    std::string operator_words;  // likewise
  };
  std::unordered_map<std::string, Known> known_;
};

// One line of a backup, of an instance or a document; kInvalidArgument says what is wrong with it.
Result<naming::v1::Instance> ParseBackupLine(std::string_view line);
// The line without its end: spec, operator's words, and state for people.
Result<std::string> BackupLine(const naming::v1::Instance& instance);

}  // namespace bellrock::cli
