// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/address.h"
#include "bellrock/naming/v1/naming.bellrock.h"
#include "bellrock/service.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "naming/server/document_store.h"
#include "naming/server/options.h"

namespace bellrock::naming::server {

// A registry node: recovers from its data directory, keeps time, serves the services of
// `bellrock.naming.v1` that nodes serve (Naming, Cluster, Replication). Made, used and destroyed in
// fibers of one loop, its home: add its services to the RPC server with that home.
class NamingServer {
 public:
  // Blocks for recovery. kDataLoss if journal or snapshot are damaged, with file and offset.
  static Result<std::unique_ptr<NamingServer>> Start(fiber::Environment environment,
                                                     NamingServerOptions options);
  ~NamingServer();  // Stop()

  // With a cluster configured: meets the others, from the address where the services are reached.
  // Until it knows of a leader, words are answered kUnavailable; reads work.
  Status Join(const Address& listening);
  // Hands the leadership over and says goodbye to the others. Blocks for a second.
  void Leave();

  std::vector<Service*> services();
  v1::NamingService& naming();    // the first of them
  v1::StatsReply Totals() const;  // what its Stats() answers
  DocumentStore& documents();
  // The other members that are not known to be gone, and the way to each; null: there is none.
  std::vector<std::pair<std::string, std::shared_ptr<ChannelInterface>>> others();
  // Whether words of this site are decided here, as those of a lone server are.
  bool leading() const;
  // Writes what waits and ends watches; calls are refused from then on. The service objects stay
  // valid until the destructor, which comes after the RPC server's end.
  void Stop();

 private:
  class Core;
  explicit NamingServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::naming::server
