// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "naming/replica/record.h"

namespace bellrock {

// What the registry promised its clients: of each path the words that prevail among all that were
// durable when they were answered, and every word that ended something, answered or not.
class WordLedger {
 public:
  using Record = naming::replica::Record;

  void OnAccepted(const std::string& path, const Record& said);
  void OnDurable(const std::string& path, const Record& said);

  // Which promise the record breaks, or "".
  std::string Broken(const std::string& path, const Record& held) const;
  std::vector<std::string> Paths() const;

 private:
  struct Entry {
    std::optional<naming::replica::InstanceWord> instance;
    std::optional<naming::replica::OperatorWord> operator_word;
    std::vector<naming::replica::InstanceWord> ends;
    std::vector<naming::replica::OperatorWord> clears;
    uint64_t ended = 0;  // the highest incarnation whose end was promised
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace bellrock
