// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fiber/fiber.h"
#include "rpc/client.h"
#include "rpc/echo_service.h"
#include "rpc/native/frame_writer.h"
#include "rpc/server.h"

// What the tests in the simulator share.
namespace bellrock::rpc {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline Address At(const std::string& host, uint16_t port = 7600) {
  return Address::Tcp(host, port);
}

// Remembers what it is told; strings copied.
class RecordingObserver final : public CallObserver {
 public:
  struct Call {
    std::string caller, callee, service, method, instance;
    StatusCode code;
    Duration latency;
    std::string error_type;
  };
  void OnCall(const CallRecord& record) override {
    calls.push_back({std::string(record.caller), std::string(record.callee),
                     std::string(record.service), std::string(record.method),
                     std::string(record.instance), record.code, record.latency,
                     std::string(record.error_type)});
  }
  std::vector<Call> calls;
};

// FixedEndpoints that always begins with the first, and remembers the reports.
class ListedEndpoints final : public EndpointSource {
 public:
  explicit ListedEndpoints(std::vector<Address> addresses) : addresses_(std::move(addresses)) {}
  Result<Endpoint> Pick(std::span<const uint32_t> tried) override {
    for (uint32_t slot = 0; slot < addresses_.size(); ++slot) {
      if (std::find(tried.begin(), tried.end(), slot) != tried.end()) continue;
      return Endpoint{addresses_[slot], slot, 0,
                      std::make_shared<const std::string>("i" + std::to_string(slot))};
    }
    return UnavailableError("no instance is left");
  }
  Result<std::vector<Endpoint>> All() override {
    std::vector<Endpoint> all;
    for (uint32_t slot = 0; slot < addresses_.size(); ++slot) {
      all.push_back({addresses_[slot], slot, 0,
                     std::make_shared<const std::string>("i" + std::to_string(slot))});
    }
    return all;
  }
  void Report(const Endpoint& endpoint, StatusCode code, Duration) override {
    reports.emplace_back(endpoint.slot, code);
  }
  std::vector<std::pair<uint32_t, StatusCode>> reports;

 private:
  std::vector<Address> addresses_;
};

// A server of the echo service on a simulated host.
struct EchoServer {
  EchoServer(fiber::Environment environment, const std::string& host, ServerOptions options = {},
             CallObserver* observer = nullptr)
      : server(environment, std::move(options), observer) {
    EXPECT_TRUE(server.Add(service).ok());
    server.AddHttp("/", [](const HttpRequest& request) {
      return HttpReply{.body = "page " + request.path + "?" + request.query};
    });
    server.AddHttp("/deep/", [](const HttpRequest&) { return HttpReply{.body = "deep"}; });
    EXPECT_TRUE(server.Listen(At(host)).ok());
  }
  EchoService service;
  Server server;
};

inline void Send(fiber::Stream& stream, std::string_view bytes) {
  EXPECT_TRUE(
      stream.WriteAll({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()}).ok());
}

// All that comes until the peer closes or `wait` is over; `closed` tells which.
inline std::string ReadFor(fiber::Stream& stream, Duration wait, bool* closed = nullptr) {
  fiber::ScopedDeadline deadline(fiber::Loop::Current()->Now() + wait);
  std::string all;
  char buffer[4096];
  for (;;) {
    Result<size_t> got = stream.Read(std::as_writable_bytes(std::span(buffer)));
    if (closed != nullptr) *closed = got.ok() || got.status().code() == StatusCode::kUnavailable;
    if (!got.ok() || *got == 0) return all;
    all.append(buffer, *got);
  }
}

// The server's end of a connection, frame by frame: for servers that misbehave.
class RawPeer {
 public:
  explicit RawPeer(std::unique_ptr<fiber::Stream> stream) : stream_(std::move(stream)) {}

  // Blocks until the next frame of this type; false when the connection has ended. The frame is
  // valid until the next call.
  bool Next(FrameType type, Frame* frame) {
    for (;;) {
      input_.Consume(std::exchange(taken_, 0));
      if (!preface_ && input_.size() >= kPreface.size()) {
        input_.Consume(kPreface.size());
        preface_ = true;
      }
      Status error;
      if (preface_ &&
          ParseFrame(input_.view(), size_t{64} << 20, frame, &error) == ParseState::kFrame) {
        taken_ = frame->size();
        if (frame->header.type == type) return true;
        continue;
      }
      char* to = input_.Reserve(4096);
      Result<size_t> got = stream_->Read({reinterpret_cast<std::byte*>(to), 4096});
      if (!got.ok() || *got == 0) return false;
      input_.Commit(*got);
    }
  }
  void SendFrame(const FrameParts& parts) {
    ByteBuffer out;
    EXPECT_TRUE(AppendFrame(out, parts, size_t{64} << 20).ok());
    rpc::Send(*stream_, out.view());
  }
  void Close() { stream_->Close(); }

 private:
  std::unique_ptr<fiber::Stream> stream_;
  ByteBuffer input_;
  size_t taken_ = 0;
  bool preface_ = false;
};

// The first connection to come.
inline RawPeer AcceptRaw(fiber::Listener& listener) {
  auto stream = listener.Accept();
  EXPECT_TRUE(stream.ok()) << stream.status().ToString();
  return RawPeer(std::move(*stream));
}

inline std::unique_ptr<fiber::Stream> Connect(fiber::Environment from, const Address& to) {
  auto stream = from.network.Connect(to);
  EXPECT_TRUE(stream.ok()) << stream.status().ToString();
  return std::move(*stream);
}
inline std::unique_ptr<fiber::Stream> Connect(fiber::Environment from, const std::string& to) {
  return Connect(from, At(to));
}

}  // namespace bellrock::rpc
