// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/peer_channel.h"

#include <utility>

#include "base/address.h"
#include "rpc/client.h"

namespace bellrock::naming::server {
namespace {

class PeerChannel final : public ChannelInterface {
 public:
  PeerChannel(fiber::Environment environment, const Address& address)
      : endpoints_({address}), client_(environment, endpoints_, nullptr, Options()) {}

  Status Call(std::string_view service, std::string_view method, const Message& request,
              Message& reply, const CallOptions& options) override {
    return client_.Call(service, method, request, reply, options);
  }
  Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view service,
                                                   std::string_view method, const Message& request,
                                                   const CallOptions& options) override {
    return client_.OpenStream(service, method, request, options);
  }

 private:
  static rpc::ClientOptions Options() {
    rpc::ClientOptions options;
    options.caller = options.callee = "bellrock/server";
    options.compression = Compression::kZstd;  // events repeat each other
    options.attempts = 1;
    options.keep_alive = std::chrono::seconds(5);
    return options;
  }

  rpc::FixedEndpoints endpoints_;
  rpc::Client client_;
};

}  // namespace

Result<std::unique_ptr<ChannelInterface>> DialPeer(fiber::Environment environment,
                                                   const std::string& address) {
  BELLROCK_ASSIGN(const Address parsed, Address::Parse(address));
  return std::unique_ptr<ChannelInterface>(std::make_unique<PeerChannel>(environment, parsed));
}

}  // namespace bellrock::naming::server
