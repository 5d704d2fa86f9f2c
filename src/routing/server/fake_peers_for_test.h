// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellrock/testing.h"
#include "routing/server/peers.h"
#include "settings/fake_settings_store_for_test.h"

namespace bellrock::routing::server {

// For tests: a server on its own.
class NoPeers final : public Peers {
 public:
  std::vector<Peer> Others() override { return {}; }
};

// For tests: other servers on the same loop, which can all be silent.
class FakePeers final : public Peers {
 public:
  // Borrowed.
  void Add(std::string name, Service& service) {
    peers_.push_back({std::move(name), std::make_shared<Channel>(service, silent_)});
  }
  void SetSilent(bool silent) { silent_ = silent; }
  std::vector<Peer> Others() override { return peers_; }

 private:
  class Channel final : public ChannelInterface {
   public:
    Channel(Service& service, const bool& silent) : service_(service), silent_(silent) {}

    Status Call(std::string_view, std::string_view method, const Message& request, Message& reply,
                const CallOptions& options) override {
      if (silent_) {
        BELLROCK_TRY(fiber::SleepFor(options.timeout));
        return DeadlineExceededError("silent");
      }
      for (const MethodDescriptor& each : service_.methods()) {
        TestContext context;
        if (each.name == method) return each.unary(service_, context, request, reply);
      }
      return UnimplementedError(std::string(method));
    }
    Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view, std::string_view method,
                                                     const Message&, const CallOptions&) override {
      return UnimplementedError(std::string(method));
    }

   private:
    Service& service_;
    const bool& silent_;
  };

  std::vector<Peer> peers_;
  bool silent_ = false;
};

}  // namespace bellrock::routing::server
