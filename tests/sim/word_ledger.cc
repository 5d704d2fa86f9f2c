// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "word_ledger.h"

#include <fmt/format.h>

#include <algorithm>

namespace bellrock {
namespace {

using naming::replica::InstanceWord;
using naming::replica::OperatorWord;
using naming::replica::Prevails;

bool Live(const InstanceWord& word) {
  return !word.gone;
}
bool Live(const OperatorWord& word) {
  return word.state != nullptr;
}

std::string Describe(const InstanceWord& word) {
  return fmt::format("incarnation {}.{}{} state {} (node {:x} epoch {} number {})",
                     word.incarnation, word.sequence, word.gone ? " gone" : "",
                     static_cast<int>(word.state), word.stamp.dot.origin.node,
                     word.stamp.dot.origin.epoch, word.stamp.dot.sequence);
}
std::string Describe(const OperatorWord& word) {
  return fmt::format("operator's word{} (node {:x} epoch {} number {})",
                     word.state == nullptr ? ", taken back" : "", word.stamp.dot.origin.node,
                     word.stamp.dot.origin.epoch, word.stamp.dot.sequence);
}

template <typename Word>
void Bind(std::optional<Word>& bound, const std::optional<Word>& word) {
  if (word && (!bound || Prevails(*word, *bound))) bound = word;
}

// What lives prevails over all that was promised; what does not was ended by a word that does.
template <typename Word>
std::string BrokenWord(const std::optional<Word>& held, const std::optional<Word>& bound,
                       const std::vector<Word>& ends) {
  if (!bound) return "";
  if (held && Live(*held)) {
    if (!Prevails(*bound, *held)) return "";
    return fmt::format("{}: promised {}, held {}", Live(*bound) ? "a word is lost" : "a ghost",
                       Describe(*bound), Describe(*held));
  }
  const bool ended = std::any_of(ends.begin(), ends.end(),
                                 [&](const Word& end) { return !Prevails(*bound, end); });
  return ended ? "" : "gone: " + Describe(*bound);
}

}  // namespace

void WordLedger::OnAccepted(const std::string& path, const Record& said) {
  Entry& entry = entries_[path];
  if (said.instance && said.instance->gone) entry.ends.push_back(*said.instance);
  if (said.operator_word && said.operator_word->state == nullptr) {
    entry.clears.push_back(*said.operator_word);
  }
}

void WordLedger::OnDurable(const std::string& path, const Record& said) {
  Entry& entry = entries_[path];
  Bind(entry.instance, said.instance);
  Bind(entry.operator_word, said.operator_word);
  if (said.instance && said.instance->gone) {
    entry.ended = std::max(entry.ended, said.instance->incarnation);
  }
}

std::string WordLedger::Broken(const std::string& path, const Record& held) const {
  const auto at = entries_.find(path);
  if (at == entries_.end()) return "";
  const Entry& entry = at->second;
  if (held.has_instance() && held.instance->incarnation <= entry.ended) {
    return fmt::format("a ghost of incarnation {}, {} was deregistered", held.instance->incarnation,
                       entry.ended);
  }
  const std::string broken = BrokenWord(held.instance, entry.instance, entry.ends);
  return broken.empty() ? BrokenWord(held.operator_word, entry.operator_word, entry.clears)
                        : broken;
}

std::vector<std::string> WordLedger::Paths() const {
  std::vector<std::string> paths;
  for (const auto& [path, entry] : entries_) paths.push_back(path);
  return paths;
}

}  // namespace bellrock
