// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bellrock/call_policy.h"
#include "bellrock/service.h"

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
  Connections connections = Connections::kSingle;
  // kSingle: per instance and loop. Range 1..64.
  int connections_per_endpoint = 1;
};

// Calls a service by its name, "line/service", never by address (MSEC-084..085). The instance is
// picked for each call from the host's routing table; results feed the weights. Cheap to keep, not
// cheap to make: keep one per callee. Thread-safe. From a fiber a call blocks the fiber only; from
// a plain thread it blocks the thread.
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
