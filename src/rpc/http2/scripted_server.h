// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fiber/fiber.h"
#include "rpc/http2/message_writer.h"
#include "rpc/http2/session.h"
#include "rpc/sim_peers.h"

// A gRPC server on a simulated host whose every answer the test writes: what a stock server would
// not do can be tried with it.
namespace bellrock::rpc::http2 {

class ScriptedConnection;

// One request as the server sees it.
class ScriptedCall final : public SessionStream {
 public:
  explicit ScriptedCall(ScriptedConnection& from) : connection(from) {}

  // Headers of a good answer, and one message after another.
  void Begin(std::vector<HeaderField> more = {});
  void Send(const Message& message, bool gzip = false);
  // Trailers.
  void End(std::string status, std::string text = "");
  void Reply(const Message& message) {
    Begin();
    Send(message);
    End("0");
  }
  // Headers alone.
  void Only(const std::vector<HeaderField>& fields);
  void Reset(ErrorCode code);

  ScriptedConnection& connection;
  std::map<std::string, std::string> headers;
  std::string body;
  bool ended = false;
  bool gives_window = true;
  std::optional<ErrorCode> closed;

 private:
  void OnData(std::string_view bytes) override;
  void OnRemoteEnd() override;
  void AddTrailers(std::vector<HeaderField>& fields) override;
  void OnClosed(ErrorCode code) override { closed = code; }

  std::string status_;
  std::string text_;
};

class ScriptedConnection final : public SessionSink {
 public:
  using Handler = std::function<void(ScriptedCall&)>;

  ScriptedConnection(fiber::Environment environment, std::unique_ptr<fiber::Stream> stream,
                     const SessionOptions& options, Handler on_request)
      : handler(std::move(on_request)),
        link(*fiber::Loop::Current(), environment.clock, std::move(stream)),
        session(Role::kServer, link, *this, options) {
    session.Start();
    reader_ = fiber::Start([this] {
      why = session.Serve();
      link.Close(why);
    });
  }
  ~ScriptedConnection() override {
    link.Close(CancelledError("the test ends"));
    reader_.Join();
    link.Finish(Status::Ok());
    session.Finish();
  }

  // A GOAWAY that names any last stream; Session knows only the true one.
  void Goaway(uint32_t last_id) {
    std::string frame("\0\0\x08\x07\0\0\0\0\0", 9);
    for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(last_id >> shift);
    frame += std::string(4, '\0');
    link.output().Append(frame);
    link.Flush();
  }

  void OnHeadersBegin() override { fields_.clear(); }
  void OnHeader(std::string_view name, std::string_view value) override {
    fields_[std::string(name)] = std::string(value);
  }
  void OnHeadersEnd(const HeadersEnd& end) override {
    if (end.kind != HeadersKind::kRequest) return;
    calls.push_back(std::make_unique<ScriptedCall>(*this));
    calls.back()->headers = std::move(fields_);
    session.Attach(end.id, *calls.back());
  }
  Status OnControl(Control control) override {
    pings += control == Control::kPing ? 1 : 0;
    return Status::Ok();
  }

  Handler handler;  // called when a request is whole
  std::vector<std::unique_ptr<ScriptedCall>> calls;
  int pings = 0;
  Status why;
  Link link;
  Session session;

 private:
  std::map<std::string, std::string> fields_;
  fiber::JoinHandle reader_;
};

// Accepts any number of connections.
class ScriptedServer {
 public:
  ScriptedServer(fiber::Environment environment, const std::string& host,
                 ScriptedConnection::Handler handler = {}, const SessionOptions& options = {}) {
    auto listener = environment.network.Listen(At(host), {});
    EXPECT_TRUE(listener.ok());
    listener_ = std::move(*listener);
    acceptor_ = fiber::Start([this, environment, handler, options] {
      for (;;) {
        auto stream = listener_->Accept();
        if (!stream.ok()) return;
        connections.push_back(std::make_unique<ScriptedConnection>(environment, std::move(*stream),
                                                                   options, handler));
      }
    });
  }
  ~ScriptedServer() {
    listener_->Close();
    acceptor_.Join();
  }
  ScriptedConnection& last() { return *connections.back(); }
  // The n-th request of the last connection.
  ScriptedCall& call(size_t n = 0) { return *last().calls.at(n); }

  std::vector<std::unique_ptr<ScriptedConnection>> connections;

 private:
  std::unique_ptr<fiber::Listener> listener_;
  fiber::JoinHandle acceptor_;
};

inline void ScriptedCall::Begin(std::vector<HeaderField> more) {
  more.insert(more.begin(), {{":status", "200"}, {"content-type", "application/grpc"}});
  connection.session.Respond(*this, more, false);
}
inline void ScriptedCall::Send(const Message& message, bool gzip) {
  EXPECT_TRUE(AppendGrpcMessage(output(), message, gzip, 64 << 20).ok());
  connection.session.Send(*this);
}
inline void ScriptedCall::End(std::string status, std::string text) {
  status_ = std::move(status);
  text_ = std::move(text);
  connection.session.EndWithTrailers(*this);
}
inline void ScriptedCall::Only(const std::vector<HeaderField>& fields) {
  connection.session.Respond(*this, fields, true);
}
inline void ScriptedCall::Reset(ErrorCode code) {
  connection.session.Reset(*this, code);
}
inline void ScriptedCall::OnData(std::string_view bytes) {
  body += bytes;
  if (gives_window) connection.session.GiveWindow(*this, bytes.size());
}
inline void ScriptedCall::OnRemoteEnd() {
  ended = true;
  if (connection.handler) connection.handler(*this);
}
inline void ScriptedCall::AddTrailers(std::vector<HeaderField>& fields) {
  fields.push_back({"grpc-status", status_});
  if (!text_.empty()) fields.push_back({"grpc-message", text_});
  fields.push_back({"x-last", "word"});
}

}  // namespace bellrock::rpc::http2
