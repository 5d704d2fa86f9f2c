// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "shm/mapped_file.h"
#include "shm/method_cells.h"
#include "shm/method_names.h"

// Counters of the results of one process's calls to one service, per slot of its routing table. One
// process writes, the agent reads. Layout: docs/spec/shm.md, "Counters file".
namespace bellrock::shm {

inline constexpr uint32_t kStripes = 8;
inline constexpr uint32_t kSharedStripe = kStripes - 1;

// Sums of one slot over the stripes. They only grow, and begin at 0 when the slot's holder changes.
struct SlotCounters {
  uint64_t ok = 0;
  uint64_t failed = 0;
  uint64_t unreachable = 0;  // of the failed
  uint64_t latency_us = 0;   // of the ok
  // Calls begun that wait for one reply, less those whose callers went before they ended, about: a
  // result of a call that was not waited for counts as begun and ended. 0 of a process that does
  // not tell.
  int64_t started = 0;
};

// Writer. Thread-safe without atomic read-modify-write: each thread leases a stripe of its own and
// is its only writer, so a plain load and store suffice; threads beyond the 7th share the last
// stripe under a lock.
class CounterWriter {
 public:
  // A new file in place of whatever was there (Supersede() the former). Slots 1..65536.
  static Result<std::unique_ptr<CounterWriter>> Create(const std::string& path, uint32_t slots,
                                                       Time now);
  static std::unique_ptr<CounterWriter> Anonymous(uint32_t slots);

  // Of this thread, until it is given back (then by another thread's leave). Never fails: the
  // shared one is left.
  uint32_t LeaseStripe();
  void ReturnStripe(uint32_t stripe);

  // Counts one call. `slot` < slots(). `method_hash`: low half of XXH3-64 of the method's full
  // name; 0 = of no method.
  void Add(uint32_t stripe, uint32_t slot, uint32_t generation, bool ok, bool unreachable,
           uint64_t latency_us, uint32_t method_hash = 0) {
    if (stripe != kSharedStripe) [[likely]] {
      AddAlone(stripe, slot, generation, ok, unreachable, latency_us, method_hash);
    } else {
      std::lock_guard lock(shared_mutex_);
      AddAlone(stripe, slot, generation, ok, unreachable, latency_us, method_hash);
    }
  }
  // A call goes to the slot, and has ended: each Begin() with one End() of the same `awaited`, in
  // whichever thread and stripe. What was begun before the slot had this holder must not be ended.
  // `awaited`: one request, one reply, and a report as soon as that is there.
  void Begin(uint32_t stripe, uint32_t slot, uint32_t generation, bool awaited = false) {
    AddInFlight(stripe, slot, generation, awaited ? kAwaitedOne : 1);
  }
  void End(uint32_t stripe, uint32_t slot, uint32_t generation, bool awaited = false) {
    // Minus that: the sum of all stripes is right.
    AddInFlight(stripe, slot, generation, 0 - (awaited ? kAwaitedOne : 1));
  }
  // Counts a call that was refused before it was sent (ZY-040).
  void AddRefused(uint32_t stripe);
  // What a method is called that a call is counted of; costs a look if it is known. Any thread.
  void NameMethod(uint32_t method_hash, std::string_view name) {
    const MethodNames names{.file = file_, .names_at = names_at_, .names = kMethodNames};
    if (!MethodNamed(names, method_hash)) [[unlikely]]
      PutMethodName(names, method_hash, name);
  }
  // The sign of life by which the agent knows that the file is in use.
  void Beat(Time now);
  // Tells readers to open the path again.
  void Supersede();

  uint32_t slots() const { return slots_; }
  const std::string& path() const { return file_.path(); }

 private:
  friend class CounterReader;
  // The word holds all calls in flight in its lower half and those awaited in its upper one.
  static constexpr uint32_t kAwaitedOne = (1u << 16) + 1;
  void AddAlone(uint32_t stripe, uint32_t slot, uint32_t generation, bool ok, bool unreachable,
                uint64_t latency_us, uint32_t method_hash);
  void AddInFlight(uint32_t stripe, uint32_t slot, uint32_t generation, uint32_t by) {
    if (stripe != kSharedStripe) [[likely]] {
      AddInFlightAlone(stripe, slot, generation, by);
    } else {
      std::lock_guard lock(shared_mutex_);
      AddInFlightAlone(stripe, slot, generation, by);
    }
  }
  void AddInFlightAlone(uint32_t stripe, uint32_t slot, uint32_t generation, uint32_t by);
  void AddRefusedAlone(uint32_t stripe);

  MappedFile file_;
  uint32_t slots_ = 0;
  size_t names_at_ = 0;
  std::atomic<uint32_t> leased_{0};  // bit per stripe
  std::mutex shared_mutex_;
};

// Reader of one counters file; remembers what it has seen. Belongs to one thread.
class CounterReader {
 public:
  // Errors as TableReader::Open.
  static Result<CounterReader> Open(const std::string& path);
  // Reads the writer's own memory; it must outlive the reader.
  static CounterReader Of(const CounterWriter& writer);

  // True if anything was counted since the last call: lets the caller skip the slots.
  bool Changed();
  // Growth of a slot since the last Take() of this slot, of calls to this generation of it. Zeros
  // if it counts another.
  SlotCounters Take(uint32_t slot, uint32_t generation);
  // Calls refused before they were sent, since the last time. Changed() does not tell of them.
  uint64_t TakeRefused();
  // Calls that go to this generation of the slot now; -1: the process does not tell.
  int64_t InFlight(uint32_t slot, uint32_t generation) const;
  // What grew since the last time, per method, slot and stripe; the caller compares the
  // generations. After Changed().
  void TakeMethods(const std::function<void(const MethodGrowth&)>& visit);
  // "" if the process has not said.
  std::string MethodName(uint32_t method_hash) const;
  // Failed calls so far whose method found no room in its stripe's table.
  uint64_t method_cells_full() const;

  uint32_t slots() const { return slots_; }
  Time heartbeat() const;
  bool superseded() const;
  uint32_t process_id() const;

 private:
  struct Seen {
    uint32_t generation = 0;
    uint32_t failed = 0;
    uint32_t unreachable = 0;
    uint32_t in_flight = 0;
    uint64_t ok = 0;
    uint64_t latency_us = 0;
  };

  MappedFile owned_;
  const MappedFile* borrowed_ = nullptr;
  const MappedFile& file() const { return borrowed_ != nullptr ? *borrowed_ : owned_; }
  uint32_t slots_ = 0;
  MethodCells MethodsOf(uint32_t stripe) const;

  uint32_t method_cells_ = 0;  // 0: a file of a process that does not count them
  uint32_t method_names_ = 0;  // likewise
  uint32_t stripes_used_ = 0;
  std::array<uint64_t, kStripes> reports_{};
  std::array<uint64_t, kStripes> refused_{};
  std::vector<Seen> seen_;  // stripe-major, grown as stripes come into use
  std::array<std::vector<MethodSeen>, kStripes> methods_seen_;  // empty until there is one
};

}  // namespace bellrock::shm
