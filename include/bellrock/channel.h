// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/call_policy.h"
#include "bellrock/interceptor.h"
#include "bellrock/protocol.h"
#include "bellrock/service.h"
#include "bellrock/tls.h"

namespace bellrock {

struct ChannelOptions {
  // Default timeout of a call that has none and whose fiber has none. Overridden by
  // BELLROCK_TIMEOUT_MS.
  Duration timeout = std::chrono::seconds(1);
  // Tries in all per call, the first included; 1 = never retry. Maximum 5. Overridden by
  // BELLROCK_ATTEMPTS.
  int attempts = 2;
  // Name under which this program's calls are counted; "" takes the name of the Server in this
  // process, else "cli".
  std::string caller;
  // What the callee speaks. A target with a scheme ("grpc://...") says so itself.
  Protocol protocol = Protocol::kNative;
  // What single methods do differently: keys are "music.v1.Catalog/Get", "music.v1.Catalog/*" or
  // "*"; the closest holds. A bad entry fails every call with kInvalidArgument.
  std::map<std::string, MethodOptions> methods;
  // Backup requests for all methods: see CallOptions. Zero: none.
  Duration hedge_after{0};
  Compression compression = Compression::kNone;
  // See each call, in this order.
  std::vector<std::shared_ptr<ClientInterceptor>> interceptors;
  Connections connections = Connections::kSingle;
  // kSingle: per instance and loop. Range 1..64.
  int connections_per_endpoint = 1;
  // Above so many instances this program uses a subset of this size, its own. Zero: all of them.
  int subset_size = 0;
  // Calls go through TLS if any of it is given.
  TlsFiles tls{};
};

// Calls a service by its name, "line/service", never by address (MSEC-084..085). The instance is
// picked for each call from the host's routing table; results feed the weights. Cheap to keep, not
// cheap to make: keep one per callee. Thread-safe. From a fiber a call blocks the fiber only; from
// a plain thread it blocks the thread.
//
// Servers that no registry knows are called by address: Channel("grpc://127.0.0.1:50051"), a stock
// gRPC server; Channel("native://127.0.0.1:7600"); Channel("unix:/run/app.sock"). Several addresses
// are divided by commas, at most 64, IP literals with a port or "unix:/path": calls go to one while
// it answers, else to the next. Such a channel needs neither registry nor agent; its calls are
// counted under the target's text. A target that cannot be read is told by the first call
// (kInvalidArgument).
class Channel final : public ChannelInterface {
 public:
  explicit Channel(std::string_view service, ChannelOptions options = {});
  ~Channel() override;

  Status Call(std::string_view service, std::string_view method, const Message& request,
              Message& reply, const CallOptions& options) override;
  Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view service,
                                                   std::string_view method, const Message& request,
                                                   const CallOptions& options) override;
  Result<std::unique_ptr<StreamCall>> OpenDuplex(std::string_view service, std::string_view method,
                                                 const CallOptions& options) override;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace bellrock
