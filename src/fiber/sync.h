// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/loop.h"

// Synchronisation between fibers of one loop. No atomics: a fiber is only ever interrupted where it
// blocks. Between loops use Loop::Post and RunOn. All waits are FIFO and honour the fiber's
// deadline and cancellation.
namespace bellrock::fiber {

struct Waiter;  // one blocked fiber, lives on its stack

// See station.h: what follows may touch the loop, whoever calls.
void LeaveUserCode();

// A FIFO list of blocked fibers: what every primitive here is made of, and sockets too.
class WaitQueue {
 public:
  WaitQueue() = default;
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;
  ~WaitQueue();

  // Blocks until woken. kDeadlineExceeded at min(until, fiber's deadline); kCancelled.
  Status Wait(Time until = kNever);
  // Makes the first / all waiters ready. From fibers or scheduler context of the same loop.
  bool WakeOne();
  void WakeAll();
  bool empty() const { return head_ == nullptr; }

 private:
  Waiter* head_ = nullptr;
  Waiter* tail_ = nullptr;
};

class Mutex {
 public:
  // Not cancellable and without deadline, so that a lock is always held after it.
  void Lock();
  bool TryLock();
  void Unlock();

 private:
  bool locked_ = false;
  WaitQueue waiters_;
};

class MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

class Condition {
 public:
  // The mutex is held again when it returns, whatever the status.
  Status Wait(Mutex& mutex, Time until = kNever);
  void NotifyOne() { waiters_.WakeOne(); }
  void NotifyAll() { waiters_.WakeAll(); }

 private:
  WaitQueue waiters_;
};

class WaitGroup {
 public:
  void Add(int count = 1) {
    LeaveUserCode();
    count_ += count;
  }
  void Done();
  Status Wait(Time until = kNever);

 private:
  int count_ = 0;
  WaitQueue waiters_;
};

// A one-shot or many-shot flag: Wait() returns at once while it is set.
class Event {
 public:
  void Set();
  void Reset() { set_ = false; }
  bool is_set() const { return set_; }
  Status Wait(Time until = kNever);

 private:
  bool set_ = false;
  WaitQueue waiters_;
};

// Bounded FIFO between fibers of one loop.
template <typename T>
class Channel {
 public:
  // capacity >= 1.
  explicit Channel(size_t capacity) : capacity_(capacity) {}

  // Blocks while full. kUnavailable once closed.
  Status Send(T value) {
    LeaveUserCode();
    while (!closed_ && queue_.size() >= capacity_) BELLROCK_TRY(not_full_.Wait());
    if (closed_) return UnavailableError("channel closed");
    queue_.push_back(std::move(value));
    not_empty_.WakeOne();
    return Status::Ok();
  }
  // False if full or closed.
  bool TrySend(T value) {
    LeaveUserCode();
    if (closed_ || queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(value));
    not_empty_.WakeOne();
    return true;
  }
  // Blocks while empty. kUnavailable once closed and drained.
  Result<T> Receive(Time until = kNever) {
    LeaveUserCode();
    while (queue_.empty() && !closed_) BELLROCK_TRY(not_empty_.Wait(until));
    if (queue_.empty()) return UnavailableError("channel closed");
    T value = std::move(queue_.front());
    queue_.pop_front();
    not_full_.WakeOne();
    return value;
  }
  std::optional<T> TryReceive() {
    LeaveUserCode();
    if (queue_.empty()) return std::nullopt;
    std::optional<T> value = std::move(queue_.front());
    queue_.pop_front();
    not_full_.WakeOne();
    return value;
  }
  // Senders fail from now on; receivers drain what is queued.
  void Close() {
    LeaveUserCode();
    closed_ = true;
    not_empty_.WakeAll();
    not_full_.WakeAll();
  }
  size_t size() const { return queue_.size(); }
  bool closed() const { return closed_; }

 private:
  size_t capacity_;
  bool closed_ = false;
  std::deque<T> queue_;
  WaitQueue not_empty_;
  WaitQueue not_full_;
};

}  // namespace bellrock::fiber
