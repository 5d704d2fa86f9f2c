// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "fiber/environment.h"
#include "fiber/resolver.h"
#include "naming/client/server_list.h"
#include "naming/client/server_set.h"
#include "rpc/client.h"

namespace bellrock::naming::client {

// Channels to servers beyond this many are made anew when they are needed.
inline constexpr size_t kServerChannelsMax = 32;

// The servers of a registry, from a list with addresses and names: resolves the names, again each
// 30 s and when no server answers, and holds the ways to them. One per process.
//
// Lives on one loop; the endpoint sources are thread-safe.
class ServerDirectory final : public ServerSet {
 public:
  // `resolver` is borrowed; `options` says who calls, for messages and counting.
  ServerDirectory(fiber::Environment environment, fiber::Resolver& resolver,
                  std::vector<ServerEntry> entries, rpc::ClientOptions options);
  ~ServerDirectory() override;

  // Addresses are known from the beginning; names are resolved while it is started.
  void Start();
  void Stop();
  // OK once there is an address. At `until` kUnavailable with the reason there is none.
  Status WaitKnown(Time until);

  std::vector<Address> Addresses() override;
  uint64_t version() const override;
  std::shared_ptr<ChannelInterface> To(const Address& server) override;
  void OnAllFailed() override;

  // For an rpc::Client: the process's own order, for what all servers hold; and the list's, for
  // what is to be gathered at one of them.
  rpc::EndpointSource& any();
  rpc::EndpointSource& first();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::naming::client
