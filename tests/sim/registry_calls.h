// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "message_network.h"
#include "naming/registry.h"
#include "naming/replica/repair.h"

// The calls that nodes of a simulated registry serve: what the protocol's messages say, without the
// bytes. How much of a call was heard is the network's matter.
namespace bellrock {

struct HeartbeatCall {
  std::vector<std::string> paths;
  std::vector<uint64_t> incarnations;
  std::vector<uint64_t> counts;
};
struct RegisterCall {
  naming::Spec spec;
  uint64_t sequence = 0;
};
struct DeregisterCall {
  std::string path;
  uint64_t incarnation = 0;
};
struct OperateCall {
  std::string path;
  naming::OperatorState state;
};
struct PullCall {
  naming::replica::PullRequest from;
  Duration wait{};
};
struct ShareCall {
  std::vector<naming::replica::SeenBy> heard;
};
using RepairCall = naming::replica::RepairRequest;

struct Request {
  std::variant<HeartbeatCall, RegisterCall, DeregisterCall, OperateCall, PullCall, ShareCall,
               RepairCall>
      body;
  bool forward = false;  // of the first four, at a node that does not lead
};
using RequestPtr = std::shared_ptr<const Request>;

struct Unknown {
  std::vector<size_t> at;  // in the heartbeat's paths
};
struct Reply {
  Status status;
  std::optional<Address> redirect;
  std::variant<std::monostate, Unknown, naming::Registered, ShareCall, naming::replica::PullReply,
               naming::replica::RepairReply>
      body;
  uint64_t known = 0;  // of a refused registration: the incarnation that stands against it
};
using Respond = std::function<void(const Reply&)>;

// Brings calls and datagrams to the endpoints: each call is answered once or ends with
// kDeadlineExceeded.
class CallNetwork {
 public:
  struct Endpoint {
    std::function<void(const RequestPtr& request, const Respond& respond)> serve;
    std::function<void(const std::string& bytes, const Address& from)> hear;
  };

  explicit CallNetwork(MessageNetwork& network)
      : network_(network), endpoints_(static_cast<size_t>(network.endpoints())) {}

  void SetEndpoint(int number, Endpoint endpoint) { At(number) = std::move(endpoint); }

  void Tell(int from, int to, std::string bytes, const Address& sender) {
    network_.Datagram(from, to,
                      [this, to, bytes = std::move(bytes), sender] { At(to).hear(bytes, sender); });
  }

  void Call(int from, int to, Duration timeout, RequestPtr request, Respond done) {
    auto open = std::make_shared<bool>(true);
    const Respond end = [open, done = std::move(done)](const Reply& reply) {
      if (std::exchange(*open, false)) done(reply);
    };
    network_.CallPart(from, to, [this, from, to, request = std::move(request), end] {
      At(to).serve(request, [this, from, to, end](const Reply& reply) {
        network_.Stream(to, from, network_.now(), [reply, end] { end(reply); });
      });
    });
    network_.After(timeout, [open, end] {
      if (*open) end({DeadlineExceededError("no answer in time"), std::nullopt, {}, 0});
    });
  }

 private:
  Endpoint& At(int number) { return endpoints_[static_cast<size_t>(number)]; }

  MessageNetwork& network_;
  std::vector<Endpoint> endpoints_;
};

}  // namespace bellrock
