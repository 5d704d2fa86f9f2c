// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "naming/server/encoded_lookups.h"
#include "naming/server/leader_gate.h"
#include "naming/server/registry_host.h"
#include "naming/server/watch_desk.h"

namespace bellrock::naming::server {

// The service `bellrock.naming.v1.Naming` over one registry. Its calls run on the registry's home
// loop only.
class NamingService final : public v1::NamingService {
 public:
  explicit NamingService(std::shared_ptr<RegistryHost> host);
  ~NamingService() override;  // WakeWatches()

  Result<v1::RegisterReply> Register(ServerContext&, const v1::RegisterRequest&) override;
  Result<v1::HeartbeatReply> Heartbeat(ServerContext&, const v1::HeartbeatRequest&) override;
  Result<v1::DeregisterReply> Deregister(ServerContext&, const v1::DeregisterRequest&) override;
  Result<v1::LookupReply> Lookup(ServerContext& context, const v1::LookupRequest&) override;
  Result<v1::ListReply> List(ServerContext&, const v1::ListRequest&) override;
  Result<v1::ListServicesReply> ListServices(ServerContext&,
                                             const v1::ListServicesRequest&) override;
  Status Watch(ServerContext&, const v1::WatchRequest&, Writer<v1::WatchReply>&) override;
  Result<v1::PollReply> Poll(ServerContext&, const v1::PollRequest&) override;
  Result<v1::SetOperatorStateReply> SetOperatorState(ServerContext&,
                                                     const v1::SetOperatorStateRequest&) override;
  Result<v1::ListDocumentsReply> ListDocuments(ServerContext&,
                                               const v1::ListDocumentsRequest&) override;
  Result<v1::StatsReply> Stats(ServerContext&, const v1::StatsRequest&) override;

  // What Stats() answers.
  v1::StatsReply Totals() const;
  // Ends the watches and polls in progress; call after the host's Stop().
  void WakeWatches() { desk_->Stop(); }
  WatchDesk& desk() { return *desk_; }

 private:
  const std::shared_ptr<RegistryHost> host_;
  std::shared_ptr<WatchDesk> desk_;
  std::shared_ptr<LeaderGate> gate_;
  EncodedLookups lookups_;
};

}  // namespace bellrock::naming::server
