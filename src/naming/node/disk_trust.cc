// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/node/disk_trust.h"

namespace bellrock::naming::node {

void DiskTrust::OnEnd(bool written, Time now) {
  const bool hung = begun_ && now - *begun_ >= kHangs;
  begun_.reset();
  written_since_ = written;
  if (!written || hung) last_failed_ = now;
}

bool DiskTrust::fails(Time now) const {
  if (!written_since_ || (begun_ && now - *begun_ >= kHangs)) return true;
  return last_failed_ && now - *last_failed_ < kRegain;
}

}  // namespace bellrock::naming::node
