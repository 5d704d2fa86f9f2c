// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "metrics/queue/memory_queue.h"
#include "metrics/store/memory_store.h"
#include "metrics_process.h"

namespace bellrock::metrics {

// The queue and the store that all processes share. What they took stays when they restart.
struct MetricsBackend {
  explicit MetricsBackend(fiber::Clock& clock) : queue(clock) {}

  queue::MemoryQueue queue;
  store::MemoryStore store;
  SimPlace broker;
  SimPlace storehouse;
};

// The queue as a process reaches it.
class ReachedQueue final : public queue::Queue {
 public:
  ReachedQueue(SimProcess& process, MetricsBackend& backend)
      : process_(process), backend_(backend) {}

  Result<uint64_t> Append(const std::string& topic, uint32_t partition,
                          std::vector<std::string> values) override {
    return process_.Call(backend_.broker,
                         [&] { return backend_.queue.Append(topic, partition, values); });
  }
  Result<std::vector<queue::Record>> Read(const std::string& topic, uint32_t partition,
                                          uint64_t from, const queue::ReadBounds& bounds) override {
    return process_.Call(backend_.broker,
                         [&] { return backend_.queue.Read(topic, partition, from, bounds); });
  }
  Result<queue::Offsets> OffsetsOf(const std::string& topic, uint32_t partition) override {
    return process_.Call(backend_.broker,
                         [&] { return backend_.queue.OffsetsOf(topic, partition); });
  }
  Status Trim(const std::string& topic, uint32_t partition, uint64_t offset) override {
    return process_.Call(backend_.broker,
                         [&] { return backend_.queue.Trim(topic, partition, offset); });
  }

 private:
  SimProcess& process_;
  MetricsBackend& backend_;
};

// The store as a process reaches it.
class ReachedStore final : public store::Store {
 public:
  ReachedStore(SimProcess& process, MetricsBackend& backend)
      : process_(process), backend_(backend) {}

  Status Write(const store::Contribution& contribution,
               const std::vector<store::Block>& blocks) override {
    return process_.Call(backend_.storehouse,
                         [&] { return backend_.store.Write(contribution, blocks); });
  }
  Status Scan(const store::Shelf& shelf, int64_t from, int64_t to,
              const std::function<bool(const store::Block&)>& each) override {
    return process_.Call(backend_.storehouse,
                         [&] { return backend_.store.Scan(shelf, from, to, each); });
  }
  Result<std::vector<std::string>> Callees(store::Grain grain, int64_t from, int64_t to,
                                           size_t limit) override {
    return process_.Call(backend_.storehouse,
                         [&] { return backend_.store.Callees(grain, from, to, limit); });
  }
  Status Merge(const store::Shelf& shelf, int64_t window) override {
    return process_.Call(backend_.storehouse, [&] { return backend_.store.Merge(shelf, window); });
  }
  Status Expire(store::Grain grain, int64_t before) override {
    return process_.Call(backend_.storehouse, [&] { return backend_.store.Expire(grain, before); });
  }
  Status Put(const std::string& name, const std::string& value) override {
    return process_.Call(backend_.storehouse, [&] { return backend_.store.Put(name, value); });
  }
  Result<std::string> Get(const std::string& name) override {
    return process_.Call(backend_.storehouse, [&] { return backend_.store.Get(name); });
  }

 private:
  SimProcess& process_;
  MetricsBackend& backend_;
};

}  // namespace bellrock::metrics
