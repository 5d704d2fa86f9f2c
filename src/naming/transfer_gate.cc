// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/transfer_gate.h"

namespace bellrock::naming {

std::optional<uint64_t> TransferGate::TryEnter(Time now) {
  while (!held_.empty() && NextFree() <= now) held_.erase(held_.begin());
  if (held_.size() >= kUnderWayMax) return std::nullopt;
  held_.emplace_hint(held_.end(), ++last_, now);
  return last_;
}

}  // namespace bellrock::naming
