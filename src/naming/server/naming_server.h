// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "naming/server/options.h"

namespace bellrock::naming::server {

// A registry node: recovers from its data directory, keeps time, serves
// `bellrock.naming.v1.Naming`. Made, used and destroyed in fibers of one loop, its home: add its
// service to the RPC server with that home.
class NamingServer {
 public:
  // Blocks for recovery. kDataLoss if journal or snapshot are damaged, with file and offset.
  static Result<std::unique_ptr<NamingServer>> Start(fiber::Environment environment,
                                                     NamingServerOptions options);
  ~NamingServer();  // Stop()

  v1::NamingService& service();
  // Writes what waits and ends watches; calls are refused from then on. The service object stays
  // valid until the destructor, which comes after the RPC server's end.
  void Stop();

 private:
  class Core;
  explicit NamingServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::naming::server
