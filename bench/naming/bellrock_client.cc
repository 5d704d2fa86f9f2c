// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bellrock/bench/v1/lookup_size.pb.h"
#include "bellrock/naming/v1/naming.bellrock.h"
#include "fiber/environment.h"
#include "naming_stubs.h"
#include "registry_client.h"

namespace bellrock::bench {
namespace {

constexpr Duration kWatchFor = std::chrono::hours(1);

// Paths a watcher has been told of.
class Listing {
 public:
  void Take(const naming::v1::WatchReply& reply) {
    if (reply.full() && !more_) paths_.clear();
    more_ = reply.more();
    for (const naming::v1::Event& event : reply.events()) {
      const std::string& path = event.instance().spec().path();
      if (event.kind() == naming::v1::Event::KIND_REMOVE) {
        paths_.erase(path);
      } else {
        paths_.insert(path);
      }
    }
  }
  bool whole() const { return !more_; }
  size_t size() const { return paths_.size(); }

 private:
  std::set<std::string> paths_;
  bool more_ = false;  // of a full state
};

class BellrockClient final : public RegistryClient {
 public:
  explicit BellrockClient(const RegistryClientOptions& options)
      : options_(options), stubs_(fiber::RealEnvironment(), options.server, options.connections) {}

  Status Register(int64_t n) override {
    return stubs_[static_cast<size_t>(n)]
        .Register(RegistrationOf(options_.fleet, n, options_.lease))
        .status();
  }

  Status Deregister(int64_t n) override {
    naming::v1::DeregisterRequest request;
    request.set_path(InstancePath(options_.fleet, n));
    return stubs_[static_cast<size_t>(n)].Deregister(request).status();
  }

  Status Renew(size_t lane, std::span<const int64_t> instances) override {
    auto& request = heartbeats_[instances.data()];
    if (request.paths_size() == 0) request = HeartbeatOf(options_.fleet, instances);
    BELLROCK_ASSIGN(const auto reply, stubs_[lane].Heartbeat(request));
    if (reply.unknown_size() > 0) return NotFoundError("unknown: " + reply.unknown(0));
    return Status::Ok();
  }

  Result<size_t> Lookup(int64_t service) override {
    naming::v1::LookupRequest request;
    request.set_target(ServiceName(service));
    // Counted, not read: the figure is the server's.
    bench::v1::LookupSize reply;
    BELLROCK_TRY(stubs_.connection(static_cast<size_t>(service))
                     .Call(naming::v1::NamingService::kFullName, "Lookup", request, reply, {}));
    return static_cast<size_t>(reply.instances_size());
  }

  Status Watch(size_t watcher, int64_t service, const Told& told) override {
    naming::v1::WatchRequest request;
    request.set_target(ServiceName(service));
    CallOptions call;
    call.timeout = kWatchFor;
    BELLROCK_ASSIGN(auto reader, stubs_[watcher].Watch(request, call));
    Listing listing;
    naming::v1::WatchReply reply;
    while (true) {
      BELLROCK_ASSIGN(const bool read, reader.Read(reply));
      if (!read) return UnavailableError("the watch ended");
      listing.Take(reply);
      if (listing.whole()) told(listing.size());
    }
  }

 private:
  const RegistryClientOptions options_;
  NamingStubs stubs_;
  // As an agent does, the paths of a batch are put together once.
  std::map<const int64_t*, naming::v1::HeartbeatRequest> heartbeats_;
};

}  // namespace

std::unique_ptr<RegistryClient> NewBellrockClient(const RegistryClientOptions& options) {
  return std::make_unique<BellrockClient>(options);
}

}  // namespace bellrock::bench
