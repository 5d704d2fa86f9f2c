// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/engine_set.h"

#include <fmt/format.h>

#include <utility>

#include "fiber/fiber.h"
#include "fiber/resolver.h"
#include "metrics/compute/owner.h"
#include "metrics/queue/kafka_queue.h"
#include "metrics/queue/memory_queue.h"
#include "metrics/queue/queue_service.h"
#include "metrics/queue/remote_queue.h"
#include "metrics/queue/segment_log.h"
#include "metrics/store/clickhouse_store.h"
#include "metrics/store/memory_store.h"
#include "metrics/store/remote_store.h"
#include "metrics/store/rocks_store.h"
#include "metrics/store/store_service.h"
#include "rpc/client.h"

namespace bellrock::metrics::server {
namespace {

constexpr char kIdentityName[] = "centre/identity";
// Two that make it at once agree on the later one.
constexpr Duration kIdentitySettle = std::chrono::seconds(1);

// The way to a server that has the engine.
struct Way {
  Way(fiber::Environment environment, std::vector<Address> addresses)
      : endpoints(std::move(addresses)),
        client(environment, endpoints, nullptr,
               {.caller = "bellrock/compute", .callee = "bellrock/server"}) {}
  rpc::FixedEndpoints endpoints;
  rpc::Client client;
};

Result<std::vector<Address>> Resolve(const HostPort& host) {
  auto found = fiber::RealResolver().Resolve(host.host);
  if (!found.ok()) return found.status().WithContext(host.ToString());
  std::vector<Address> addresses;
  for (const std::string& literal : *found) addresses.push_back(Address::Tcp(literal, host.port));
  return addresses;
}

Result<std::unique_ptr<Way>> WayTo(fiber::Environment environment, const HostPort& host) {
  BELLROCK_ASSIGN(auto addresses, Resolve(host));
  return std::make_unique<Way>(environment, std::move(addresses));
}

std::vector<queue::Topic> Topics(uint32_t partitions) {
  std::vector<queue::Topic> topics;
  for (const char* topic : {compute::kCardsTopic, compute::kCutsTopic}) {
    topics.push_back({.name = topic, .partitions = partitions});
  }
  return topics;
}

Result<std::unique_ptr<queue::Queue>> OwnQueue(fiber::Environment environment,
                                               const std::string& directory, uint32_t partitions) {
  if (directory.empty()) return {std::make_unique<queue::MemoryQueue>(environment.clock)};
  queue::SegmentLogOptions log;
  log.directory = directory + "/queue";
  log.topics = Topics(partitions);
  BELLROCK_ASSIGN(auto opened, queue::SegmentLog::Open(environment, std::move(log)));
  return {std::move(opened)};
}

Result<std::unique_ptr<queue::Queue>> KafkasQueue(const QueueChoice& choice, uint32_t partitions) {
  queue::KafkaOptions kafka;
  for (const HostPort& host : choice.hosts) kafka.brokers.push_back(host.ToString());
  kafka.topics = Topics(partitions);
  BELLROCK_ASSIGN(auto opened, queue::KafkaQueue::Open(std::move(kafka)));
  return {std::move(opened)};
}

Result<std::unique_ptr<store::Store>> OwnStore(fiber::Environment environment,
                                               const std::string& directory) {
  if (directory.empty()) return {std::make_unique<store::MemoryStore>()};
  BELLROCK_TRY(environment.disk.CreateDirectories(directory));
  BELLROCK_ASSIGN(auto opened, store::RocksStore::Open({.directory = directory + "/store"}));
  return {std::move(opened)};
}

Result<std::unique_ptr<store::Store>> ClickhousesStore(fiber::Environment environment,
                                                       const EngineOptions& options) {
  BELLROCK_ASSIGN(const auto addresses, Resolve(options.store.host));
  store::ClickhouseOptions clickhouse;
  clickhouse.address = addresses.front();
  clickhouse.database = options.store.database;
  clickhouse.user = options.clickhouse_user;
  clickhouse.password = options.clickhouse_password;
  BELLROCK_ASSIGN(auto opened, store::ClickhouseStore::Open(environment, clickhouse));
  return {std::move(opened)};
}

}  // namespace

// In the order of opening; destroyed in the reverse.
struct EngineSet::Parts {
  explicit Parts(fiber::Environment world) : environment(world) {}

  Status OpenQueue(const EngineOptions& options, uint32_t partitions);
  Status OpenStore(const EngineOptions& options);

  fiber::Environment environment;
  std::unique_ptr<Way> way_to_queue;
  std::unique_ptr<Way> way_to_store;
  std::unique_ptr<queue::Queue> queue;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<queue::QueueService> served_queue;  // of an embedded one
  std::unique_ptr<store::StoreService> served_store;
};

Status EngineSet::Parts::OpenQueue(const EngineOptions& options, uint32_t partitions) {
  switch (options.queue.kind) {
    case QueueChoice::Kind::kEmbedded: {
      BELLROCK_ASSIGN(queue, OwnQueue(environment, options.directory, partitions));
      served_queue = std::make_unique<queue::QueueService>(*queue);
      return Status::Ok();
    }
    case QueueChoice::Kind::kServer: {
      BELLROCK_ASSIGN(way_to_queue, WayTo(environment, options.queue.hosts.front()));
      queue = std::make_unique<queue::RemoteQueue>(environment.clock, way_to_queue->client);
      return Status::Ok();
    }
    case QueueChoice::Kind::kKafka: {
      BELLROCK_ASSIGN(queue, KafkasQueue(options.queue, partitions));
      return Status::Ok();
    }
  }
  return InternalError("no such queue");
}

Status EngineSet::Parts::OpenStore(const EngineOptions& options) {
  switch (options.store.kind) {
    case StoreChoice::Kind::kEmbedded: {
      BELLROCK_ASSIGN(store, OwnStore(environment, options.directory));
      served_store = std::make_unique<store::StoreService>(*store);
      return Status::Ok();
    }
    case StoreChoice::Kind::kServer: {
      BELLROCK_ASSIGN(way_to_store, WayTo(environment, options.store.host));
      store = std::make_unique<store::RemoteStore>(way_to_store->client);
      return Status::Ok();
    }
    case StoreChoice::Kind::kClickhouse: {
      BELLROCK_ASSIGN(store, ClickhousesStore(environment, options));
      return Status::Ok();
    }
  }
  return InternalError("no such store");
}

EngineSet::EngineSet(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

EngineSet::~EngineSet() = default;

Result<std::unique_ptr<EngineSet>> EngineSet::Open(fiber::Environment environment,
                                                   const EngineOptions& options,
                                                   uint32_t partitions) {
  auto parts = std::make_unique<Parts>(environment);
  BELLROCK_TRY(parts->OpenQueue(options, partitions));
  BELLROCK_TRY(parts->OpenStore(options));
  return std::unique_ptr<EngineSet>(new EngineSet(std::move(parts)));
}

queue::Queue& EngineSet::queue() {
  return *parts_->queue;
}

store::Store& EngineSet::store() {
  return *parts_->store;
}

bool EngineSet::embedded() const {
  return parts_->served_queue != nullptr && parts_->served_store != nullptr;
}

std::vector<Service*> EngineSet::services() {
  std::vector<Service*> services;
  if (parts_->served_queue) services.push_back(parts_->served_queue.get());
  if (parts_->served_store) services.push_back(parts_->served_store.get());
  return services;
}

Result<std::string> EngineSet::Identity() {
  auto known = parts_->store->Get(kIdentityName);
  if (known.status().code() != StatusCode::kNotFound) return known;
  const std::string made = fmt::format("{:016x}", parts_->environment.random.Next());
  BELLROCK_TRY(parts_->store->Put(kIdentityName, made));
  if (embedded()) return made;
  BELLROCK_TRY(fiber::SleepFor(kIdentitySettle));
  return parts_->store->Get(kIdentityName);
}

}  // namespace bellrock::metrics::server
