// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "rpc/http/http_encoding.h"
#include "rpc/http2/grpc_codec.h"
#include "rpc/http2/session.h"
#include "rpc/sim_peers.h"

// A client of a server's HTTP/2 in the simulator, for tests that make requests frame by frame.
namespace bellrock::rpc::http2 {

using Fields = std::map<std::string, std::string>;

// One call as its client sees it.
class TestCall final : public SessionStream {
 public:
  // Of the messages that came.
  std::vector<std::string> Messages() const {
    std::vector<std::string> messages;
    MessageAssembler assembler(64 << 20);
    std::string_view rest = body;
    MessageAssembler::Message message;
    while (*assembler.Next(rest, &message)) {
      messages.push_back(message.compressed ? *Gunzip(message.bytes, 64 << 20)
                                            : std::string(message.bytes));
    }
    return messages;
  }
  template <typename T>
  T Only() const {
    T message;
    const std::vector<std::string> messages = Messages();
    EXPECT_EQ(messages.size(), 1U) << fields["grpc-message"];
    EXPECT_TRUE(message.ParseFromString(messages.empty() ? "" : messages[0]));
    return message;
  }
  std::string status() const { return fields["grpc-status"]; }
  std::string text() const { return PercentDecode(fields["grpc-message"]); }

  std::string body;
  mutable Fields fields;  // of all blocks
  int blocks = 0;
  bool closed = false;
  ErrorCode code = ErrorCode::kNoError;
  Session* reads = nullptr;  // gives its window back

 private:
  void OnData(std::string_view bytes) override {
    body += bytes;
    if (reads != nullptr) reads->GiveWindow(*this, bytes.size());
  }
  void OnRemoteEnd() override {}
  void OnClosed(ErrorCode how) override {
    closed = true;
    code = how;
  }
};

class TestClient final : public SessionSink {
 public:
  explicit TestClient(fiber::Environment host, const Address& to = At("s"),
                      const SessionOptions& options = {})
      : environment_(host),
        link_(*fiber::Loop::Current(), environment_.clock, Connect(environment_, to)),
        session(Role::kClient, link_, *this, options) {
    session.Start();
    reader_ = fiber::Start([this] {
      why = session.Serve();
      link_.Close(why);
    });
  }
  ~TestClient() override {
    link_.Close(CancelledError("test ends"));
    reader_.Join();
    session.Finish();
    link_.Finish(Status::Ok());
  }

  // Sends a gRPC call's head; its body follows through Send().
  std::unique_ptr<TestCall> Open(const std::string& path, const Fields& more = {}) {
    Fields fields = {{"content-type", "application/grpc"}, {"te", "trailers"}};
    for (const auto& [name, value] : more) fields[name] = value;
    return OpenPlain("POST", path, fields, false);
  }
  // The head of a request of any kind; `end`: that is all of it.
  std::unique_ptr<TestCall> OpenPlain(const std::string& method, const std::string& path,
                                      const Fields& fields, bool end) {
    auto call = std::make_unique<TestCall>();
    call->reads = &session;
    std::vector<HeaderField> request = {
        {":method", method}, {":scheme", "http"}, {":path", path}, {":authority", "s"}};
    for (const auto& [name, value] : fields) request.push_back({name, value});
    EXPECT_TRUE(session.Open(*call, request, end).ok());
    return call;
  }
  void Send(TestCall& call, const std::string& bytes, bool end) {
    call.output().Append(bytes);
    end ? session.End(call) : session.Send(call);
  }
  std::unique_ptr<TestCall> Call(const std::string& path, const std::string& body,
                                 const Fields& more = {}) {
    auto call = Open(path, more);
    Send(*call, body, true);
    (void)fiber::SleepFor(milliseconds(10));
    return call;
  }

  void OnHeadersBegin() override { fields_.clear(); }
  void OnHeader(std::string_view name, std::string_view value) override {
    fields_[std::string(name)] = value;
  }
  void OnHeadersEnd(const HeadersEnd& end) override {
    auto* call = static_cast<TestCall*>(end.stream);
    if (call == nullptr) return;
    ++call->blocks;
    call->fields.insert(fields_.begin(), fields_.end());
  }
  void OnGoaway(int32_t last_id, ErrorCode code, std::string_view text) override {
    goaways.push_back(std::to_string(last_id) + " " + ErrorCodeName(code) + " " +
                      std::string(text));
  }

 private:
  fiber::Environment environment_;
  Link link_;
  Fields fields_;
  fiber::JoinHandle reader_;

 public:
  Session session;
  std::vector<std::string> goaways;
  Status why;
};

}  // namespace bellrock::rpc::http2
