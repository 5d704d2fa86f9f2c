// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "etcdserverpb/rpc.bellrock.h"
#include "naming_stubs.h"
#include "registry_client.h"

namespace bellrock::bench {
namespace {

using KeepAlive = Duplex<etcdserverpb::LeaseKeepAliveRequest, etcdserverpb::LeaseKeepAliveResponse>;

constexpr Duration kStreamFor = std::chrono::hours(1);

std::string PrefixOf(int64_t service) {
  return "/services/" + ServiceName(service) + "/";
}

// The end of a range over a prefix: its last byte, one up.
std::string EndOf(std::string prefix) {
  ++prefix.back();
  return prefix;
}

CallOptions LongCall() {
  CallOptions call;
  call.timeout = kStreamFor;
  return call;
}

// etcd as its users register services (clientv3's naming, go-micro, go-zero, Kitex): a lease for
// each instance, a key under the service's prefix bound to it, a keep-alive stream that a process
// shares, reads of the prefix, a watch of the prefix from the revision that was read. Over our own
// gRPC client, which takes less of the load's core than the stock one.
class EtcdClient final : public RegistryClient {
 public:
  explicit EtcdClient(const RegistryClientOptions& options)
      : options_(options),
        connections_(fiber::RealEnvironment(), options.server, options.connections,
                     Protocol::kGrpc) {}

  Status Register(int64_t n) override {
    rpc::Client& connection = connections_[static_cast<size_t>(n)];
    etcdserverpb::LeaseGrantRequest grant;
    grant.set_ttl(std::chrono::duration_cast<std::chrono::seconds>(options_.lease).count());
    BELLROCK_ASSIGN(const auto lease, etcdserverpb::LeaseStub(connection).LeaseGrant(grant));
    etcdserverpb::PutRequest put;
    put.set_key(PrefixOf(options_.fleet.ServiceOf(n)) + AddressOf(n));
    put.set_value(InstanceDocument(n));
    put.set_lease(lease.id());
    leases_[n] = lease.id();
    return etcdserverpb::KVStub(connection).Put(put).status();
  }

  Status Deregister(int64_t n) override {
    etcdserverpb::LeaseRevokeRequest revoke;
    revoke.set_id(leases_[n]);
    leases_.erase(n);
    rpc::Client& connection = connections_[static_cast<size_t>(n)];
    return etcdserverpb::LeaseStub(connection).LeaseRevoke(revoke).status();
  }

  Status Renew(size_t lane, std::span<const int64_t> instances) override {
    auto& stream = keep_alives_[lane];
    if (stream == nullptr) {
      const etcdserverpb::LeaseStub stub(connections_[lane]);
      BELLROCK_ASSIGN(KeepAlive opened, stub.LeaseKeepAlive(LongCall()));
      stream = std::make_unique<KeepAlive>(std::move(opened));
    }
    etcdserverpb::LeaseKeepAliveRequest request;
    for (int64_t n : instances) {
      request.set_id(leases_[n]);
      BELLROCK_TRY(stream->Write(request));
    }
    etcdserverpb::LeaseKeepAliveResponse response;
    for (size_t i = 0; i < instances.size(); ++i) {
      BELLROCK_ASSIGN(const bool read, stream->Read(response));
      if (!read || response.ttl() <= 0) return NotFoundError("a lease that ended");
    }
    return Status::Ok();
  }

  Result<size_t> Lookup(int64_t service) override {
    BELLROCK_ASSIGN(const auto found, Range(static_cast<size_t>(service), service));
    return static_cast<size_t>(found.kvs_size());
  }

  Status Watch(size_t watcher, int64_t service, const Told& told) override {
    BELLROCK_ASSIGN(const auto found, Range(watcher, service));
    size_t instances = static_cast<size_t>(found.kvs_size());
    const etcdserverpb::WatchStub stub(connections_[watcher]);
    BELLROCK_ASSIGN(auto stream, stub.Watch(LongCall()));
    etcdserverpb::WatchRequest request;
    etcdserverpb::WatchCreateRequest& create = *request.mutable_create_request();
    create.set_key(PrefixOf(service));
    create.set_range_end(EndOf(PrefixOf(service)));
    create.set_start_revision(found.header().revision() + 1);
    BELLROCK_TRY(stream.Write(request));
    etcdserverpb::WatchResponse response;
    while (true) {
      BELLROCK_ASSIGN(const bool read, stream.Read(response));
      if (!read || response.canceled()) return UnavailableError("the watch ended");
      for (const etcdserverpb::Event& event : response.events()) {
        instances += event.type() == etcdserverpb::Event::PUT ? 1 : -1;
      }
      told(instances);
    }
  }

 private:
  Result<etcdserverpb::RangeResponse> Range(size_t connection, int64_t service) {
    etcdserverpb::RangeRequest range;
    range.set_key(PrefixOf(service));
    range.set_range_end(EndOf(PrefixOf(service)));
    return etcdserverpb::KVStub(connections_[connection]).Range(range);
  }

  const RegistryClientOptions options_;
  RpcConnections connections_;
  std::map<int64_t, int64_t> leases_;  // by instance
  std::map<size_t, std::unique_ptr<KeepAlive>> keep_alives_;
};

}  // namespace

std::unique_ptr<RegistryClient> NewEtcdClient(const RegistryClientOptions& options) {
  return std::make_unique<EtcdClient>(options);
}

}  // namespace bellrock::bench
