// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/engine_set.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "fiber/fiber.h"
#include "fiber/resolver.h"
#include "metrics/bounds.h"
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

namespace bellrock::metrics::server {
namespace {

constexpr char kIdentityName[] = "centre/identity";
// Two that make it at once agree on the later one.
constexpr Duration kIdentitySettle = std::chrono::seconds(1);

// What a store keeps of the data centre it belongs to, as "NAME PARTITIONS".
struct Kept {
  std::string name;
  uint32_t partitions = kPartitionsDefault;

  std::string Text() const { return fmt::format("{} {}", name, partitions); }
};

// Stores of before partitions could be chosen hold the name alone.
Result<Kept> ReadKept(const std::string& text) {
  const size_t space = text.find(' ');
  Kept kept{text.substr(0, space)};
  if (space == std::string::npos) return kept;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + space + 1, end, kept.partitions);
  if (error == std::errc() && rest == end && kept.partitions >= 1) return kept;
  return DataLossError(
      fmt::format("the store's '{}' is '{}', not a name and a number", kIdentityName, text));
}

// The way to a server that has the engine.
struct Way {
  Way(fiber::Environment environment, std::vector<Address> addresses,
      const std::shared_ptr<ClientInterceptor>& credentials)
      : endpoints(std::move(addresses)),
        client(environment, endpoints, nullptr, TowardsInner("bellrock/server", credentials)) {}
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

Result<std::unique_ptr<Way>> WayTo(fiber::Environment environment, const HostPort& host,
                                   const EngineOptions& options) {
  BELLROCK_ASSIGN(auto addresses, Resolve(host));
  return std::make_unique<Way>(environment, std::move(addresses), options.credentials);
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

rpc::ClientOptions TowardsInner(std::string callee,
                                const std::shared_ptr<ClientInterceptor>& credentials) {
  rpc::ClientOptions options;
  options.caller = "bellrock/compute";
  options.callee = std::move(callee);
  if (credentials) options.interceptors = {credentials.get()};
  options.kept = credentials;
  return options;
}

// In the order of opening; destroyed in the reverse.
struct EngineSet::Parts {
  explicit Parts(fiber::Environment world) : environment(world) {}

  Status OpenQueue(const EngineOptions& options);
  Status OpenStore(const EngineOptions& options);
  // How many the queue shall have.
  Status ChoosePartitions(uint32_t wanted);
  Status CheckPartitions(const Kept& kept) const;

  fiber::Environment environment;
  uint32_t partitions = kPartitionsDefault;
  std::unique_ptr<Way> way_to_queue;
  std::unique_ptr<Way> way_to_store;
  std::unique_ptr<queue::Queue> queue;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<queue::QueueService> served_queue;  // of an embedded one
  std::unique_ptr<store::StoreService> served_store;
};

Status EngineSet::Parts::ChoosePartitions(uint32_t wanted) {
  if (wanted > kQueuePartitionsMax) {
    return InvalidArgumentError(
        fmt::format("partitions: {}; give 1 to {}", wanted, kQueuePartitionsMax));
  }
  if (wanted > 0) partitions = wanted;
  // Of another process's store Identity() tells, once that process is there.
  if (served_store == nullptr) return Status::Ok();
  const auto text = store->Get(kIdentityName);
  if (text.status().code() == StatusCode::kNotFound) return Status::Ok();
  BELLROCK_TRY(text.status());
  BELLROCK_ASSIGN(const Kept kept, ReadKept(*text));
  if (wanted == 0) partitions = kept.partitions;
  return CheckPartitions(kept);
}

// A push that is sent again goes to the partition it went to, which is how it is known for the same
// (source_memory.h): so their number is for good.
Status EngineSet::Parts::CheckPartitions(const Kept& kept) const {
  if (kept.partitions == partitions) return Status::Ok();
  return FailedPreconditionError(
      fmt::format("--metrics-partitions {}: this data centre was made with {} and keeps them; give "
                  "{} to each of its processes, or begin another with a store of its own",
                  partitions, kept.partitions, kept.partitions));
}

Status EngineSet::Parts::OpenQueue(const EngineOptions& options) {
  switch (options.queue.kind) {
    case QueueChoice::Kind::kEmbedded: {
      BELLROCK_ASSIGN(queue, OwnQueue(environment, options.directory, partitions));
      served_queue = std::make_unique<queue::QueueService>(*queue);
      return Status::Ok();
    }
    case QueueChoice::Kind::kServer: {
      BELLROCK_ASSIGN(way_to_queue, WayTo(environment, options.queue.hosts.front(), options));
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
      BELLROCK_ASSIGN(way_to_store, WayTo(environment, options.store.host, options));
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
                                                   const EngineOptions& options) {
  auto parts = std::make_unique<Parts>(environment);
  BELLROCK_TRY(parts->OpenStore(options));
  BELLROCK_TRY(parts->ChoosePartitions(options.partitions));
  BELLROCK_TRY(parts->OpenQueue(options));
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

uint32_t EngineSet::partitions() const {
  return parts_->partitions;
}

Result<std::string> EngineSet::Identity() {
  auto known = parts_->store->Get(kIdentityName);
  if (known.status().code() == StatusCode::kNotFound) {
    const Kept made{fmt::format("{:016x}", parts_->environment.random.Next()), parts_->partitions};
    BELLROCK_TRY(parts_->store->Put(kIdentityName, made.Text()));
    if (embedded()) return made.name;
    BELLROCK_TRY(fiber::SleepFor(kIdentitySettle));
    known = parts_->store->Get(kIdentityName);
  }
  BELLROCK_TRY(known.status());
  BELLROCK_ASSIGN(const Kept kept, ReadKept(*known));
  BELLROCK_TRY(parts_->CheckPartitions(kept));
  return kept.name;
}

}  // namespace bellrock::metrics::server
