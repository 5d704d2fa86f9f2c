// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/conflicts.h"

namespace bellrock::naming::replica {
namespace {

bool SaySame(const InstanceWord& a, const InstanceWord& b) {
  return a.gone == b.gone && a.state == b.state && SameSpec(a.spec, b.spec);
}

bool SaySame(const OperatorWord& a, const OperatorWord& b) {
  if (a.state == nullptr || b.state == nullptr) return a.state == b.state;
  return *a.state == *b.state;
}

}  // namespace

void Conflicts::Note(const std::string& path, const InstanceWord& a, const InstanceWord& b) {
  const bool ordered = a.incarnation != b.incarnation || a.gone != b.gone ||
                       a.sequence != b.sequence || a.stamp.dot.origin == b.stamp.dot.origin;
  if (ordered || SaySame(a, b)) return;
  const bool first = Prevails(a, b);
  Keep(path, false, first ? a.stamp : b.stamp, first ? b.stamp : a.stamp);
}

void Conflicts::Note(const std::string& path, const OperatorWord& a, const OperatorWord& b) {
  const bool ordered = a.stamp.dot.origin == b.stamp.dot.origin || a.replaces == b.stamp.dot ||
                       b.replaces == a.stamp.dot;
  if (ordered || SaySame(a, b)) return;
  const bool first = Prevails(a, b);
  Keep(path, true, first ? a.stamp : b.stamp, first ? b.stamp : a.stamp);
}

void Conflicts::Keep(const std::string& path, bool of_operator, const Stamp& prevailed,
                     const Stamp& lost) {
  ++count_;
  last_.push_back({path, of_operator, prevailed, lost});
  if (last_.size() > kKeptMax) last_.pop_front();
}

}  // namespace bellrock::naming::replica
