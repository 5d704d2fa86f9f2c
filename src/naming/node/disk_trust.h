// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "bellrock/time.h"

namespace bellrock::naming::node {

// Whether this node's disk takes what is written, told from how its writes end: a node whose disk
// fails should not lead while another's works (Election::SetDiskFails). It fails from the first
// refused write on, and from a write that hangs; it is trusted again when writes have succeeded for
// a while, so that a disk at its brim does not move the leadership back and forth. Pure; fed by
// the registry's host with one write at a time.
class DiskTrust {
 public:
  static constexpr Duration kHangs = std::chrono::seconds(10);   // no write takes so long
  static constexpr Duration kRegain = std::chrono::seconds(10);  // since the last failure

  void OnBegin(Time now) { begun_ = now; }
  void OnEnd(bool written, Time now);
  bool fails(Time now) const;

 private:
  std::optional<Time> begun_;        // the write in progress
  std::optional<Time> last_failed_;  // or hung until then
  bool written_since_ = true;
};

}  // namespace bellrock::naming::node
