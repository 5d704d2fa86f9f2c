// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/time.h"
#include "naming/client/empty_hold.h"

namespace bellrock::naming::client {

// A server that came back with another history knows only who has registered since. What it does
// not know is not believed to be gone before it has stayed unknown for this long on one connection
// (DESIGN 3.3: never an empty list to a caller who had one). Two intervals of the default lease:
// time enough for everyone to register again. The same for an instance that it knows in an earlier
// life than the one we know: it has not heard yet.
inline constexpr Duration kAbsenceGrace = std::chrono::seconds(10);

// Merges the replies of a watch stream into the list of instances to show. Pure: input and time are
// arguments.
//
// Always holds: an instance leaves the list only because a REMOVE named it, because a full state of
// the same epoch lacks it, or because a server of another epoch has not known it for kAbsenceGrace;
// and a server of another epoch does not take the last usable one out of it (EmptyHold). Nor is it
// shown in an earlier life than before, unless such a server has insisted on it for as long.
class WatchState {
 public:
  struct Outcome {
    bool changed = false;  // list() differs from before
    bool resync =
        false;  // the reply belongs to a history we do not have: watch again from revision 0
  };

  Outcome Apply(const v1::WatchReply& reply, Time now);
  // The stream broke: whatever was waiting to be believed waits anew from the next reply on.
  void OnDisconnected();
  // When Tick() has something to do; kNever if nothing waits.
  Time due() const { return std::min(due_, hold_.due()); }
  // Drops what stayed unknown for the grace. True if the list changed.
  bool Tick(Time now);

  // What to ask the next stream to resume from; 0 = a full state.
  uint64_t since_revision() const { return resume_ ? revision_ : 0; }
  uint64_t epoch() const { return epoch_; }
  // A first full state has come.
  bool ready() const { return ready_; }
  // nullptr: it is not known. Whether or not the list is held (EmptyHold).
  const v1::Instance* Find(const std::string& path) const;
  // In the order of paths.
  std::vector<v1::Instance> List() const;
  size_t size() const { return hold_.active() ? hold_.list().size() : entries_.size(); }

 private:
  struct Entry {
    v1::Instance instance;
    bool confirmed = true;  // known to the server of epoch_
    // What that server says of it instead, which is of an earlier life: not confirmed by this.
    std::unique_ptr<v1::Instance> earlier{};
  };

  Outcome ApplyWhole(const v1::WatchReply& reply, Time now);
  bool ApplyFull(const v1::WatchReply& reply, Time now);
  // True while the parts of a full state are not all there; they are kept in parts_.
  bool Gather(const v1::WatchReply& reply);
  bool ApplyEvent(const v1::Event& event);
  bool Put(const v1::Instance& instance);
  // What it does not know is gone, what it knows otherwise is so.
  bool BelieveServer();
  void RearmGrace(Time now);
  std::vector<v1::Instance> Known() const;

  std::map<std::string, Entry> entries_;
  v1::WatchReply parts_;  // of a full state; bounded by what the registry holds
  bool gathering_ = false;
  size_t unconfirmed_ = 0;
  uint64_t revision_ = 0;
  uint64_t epoch_ = 0;
  bool ready_ = false;
  bool resume_ = false;
  Time due_ = kNever;
  EmptyHold hold_;
};

}  // namespace bellrock::naming::client
