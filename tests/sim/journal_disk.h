// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "naming/replica/journal.h"

namespace bellrock {

// What a registry node finds again after a crash: the number of its life, the last whole snapshot,
// and the units since. The log writes one unit at a time, so one can be torn by a crash; it is then
// there or not, never in part (store/append_log.h).
struct JournalDisk {
  uint64_t life = 0;
  std::vector<std::string> snapshot;
  std::vector<std::string> units;
  Duration sync = std::chrono::milliseconds(2);
  bool full = false;  // refuses what is written

  Status RecoverInto(naming::replica::Replica& replica, const naming::replica::Moment& at) const {
    naming::replica::Recovery recovery(replica);
    for (const std::string& entry : snapshot) {
      BELLROCK_TRY(recovery.OnSnapshotEntry(entry, at));
    }
    for (const std::string& unit : units) BELLROCK_TRY(recovery.OnUnit(unit, at));
    recovery.Finish();
    return Status::Ok();
  }
};

}  // namespace bellrock
