// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/time.h"
#include "routing/proxy/http2_answer.h"
#include "routing/proxy/http2_request.h"
#include "routing/proxy/http2_upstream.h"
#include "routing/proxy/lost_try.h"
#include "routing/proxy/proxied_call.h"
#include "rpc/byte_buffer.h"
#include "rpc/http2/field_block.h"
#include "rpc/http2/session.h"

namespace bellrock::routing::proxy {

class Http2Connection;

// One request of HTTP/2 and its answer: a stream of the client's and one of an instance's, joined.
// Bytes wait in the output of the stream they go to; the window of the stream they came from grows
// only as they leave, so that a slow reader slows its own stream and nobody else's. What was sent
// of a request is kept until the answer begins, up to a bound, so that another instance can have
// it. Owned by its connection's list; ends itself when both streams and its fiber have.
class Http2Exchange {
 public:
  Http2Exchange(Http2Connection& connection, const rpc::http2::FieldBlock& head);
  ~Http2Exchange();
  static Http2Exchange& Of(rpc::http2::SessionStream& stream) {
    return static_cast<ClientStream&>(stream).exchange;
  }

  void Begin(const rpc::http2::HeadersEnd& end);
  void OnTrailers(const rpc::http2::FieldBlock& block);
  // The client's connection is gone.
  void Abandon();
  void Sweep(Time now);

  Http2Exchange* next = nullptr;
  Http2Exchange* previous = nullptr;

 private:
  struct ClientStream final : public rpc::http2::SessionStream {
    explicit ClientStream(Http2Exchange& owner) : exchange(owner) {}
    void OnData(std::string_view bytes) override { exchange.OnRequestData(bytes); }
    void OnRemoteEnd() override { exchange.OnRequestEnd(); }
    void OnSent() override { exchange.OnAnswerSent(); }
    void AddTrailers(std::vector<rpc::http2::HeaderField>& fields) override {
      exchange.AddTrailers(exchange.answer_trailers_, fields);
    }
    void OnClosed(rpc::http2::ErrorCode code) override { exchange.OnClientClosed(code); }
    Http2Exchange& exchange;
  };
  struct InstanceStream final : public UpstreamStream {
    explicit InstanceStream(Http2Exchange& owner) : exchange(owner) {}
    void OnBlock(const rpc::http2::FieldBlock& block, const rpc::http2::HeadersEnd& end) override {
      exchange.OnAnswerBlock(block, end);
    }
    void OnData(std::string_view bytes) override { exchange.OnAnswerData(bytes); }
    void OnRemoteEnd() override { exchange.OnAnswerEnd(); }
    void OnSent() override { exchange.OnRequestSent(); }
    void AddTrailers(std::vector<rpc::http2::HeaderField>& fields) override {
      exchange.AddTrailers(exchange.request_trailers_, fields);
    }
    void OnEnded(rpc::http2::ErrorCode code) override { exchange.OnInstanceEnded(code); }
    void OnBroken(const Status& why) override { exchange.OnInstanceBroken(why); }
    Http2Exchange& exchange;
  };

  // To an instance, in a fiber that may wait.
  bool FindService();
  void Route();
  void RouteUntilSent();
  Status Send(Http2Upstream& upstream);
  bool NoteNoConnection(const Status& why, bool count);

  void OnRequestData(std::string_view bytes);
  void OnRequestEnd();
  void OnRequestSent();
  void EndRequest();
  void OnAnswerBlock(const rpc::http2::FieldBlock& block, const rpc::http2::HeadersEnd& end);
  void PassHead(const rpc::http2::FieldBlock& block, bool end);
  void OnAnswerData(std::string_view bytes);
  void OnAnswerEnd();
  void OnAnswerSent();
  void AddTrailers(const rpc::http2::FieldBlock& block,
                   std::vector<rpc::http2::HeaderField>& fields);

  void OnClientClosed(rpc::http2::ErrorCode code);
  void OnInstanceEnded(rpc::http2::ErrorCode code);
  void OnInstanceBroken(const Status& why);
  // The instance is lost before its answer was whole; true if another is tried.
  bool TryAgain(LostTry lost, StatusCode verdict);
  void EndLost(StatusCode code, std::string_view text);
  void EndGrpc(StatusCode code, std::string_view why);
  void TimeOut(std::string_view why);

  // Answers instead of an instance.
  void Refuse(int http_status, StatusCode code, std::string_view why);
  void EndCall(StatusCode code, std::string_view error_type = {});
  void DropReplay();
  // False, and the stream ends, where all streams together hold too much.
  bool MayHold(size_t bytes);
  void NoteHeld();
  // Last of all: it may be gone.
  void EndIfOver();
  bool AtInstance() const { return instance_ && instance_->attached(); }

  Http2Connection& connection_;
  const rpc::http2::FieldBlock head_;
  const Http2Request request_;
  ProxiedCall call_;
  ClientStream client_{*this};
  std::optional<InstanceStream> instance_;
  Http2Answer answer_;
  rpc::ByteBuffer replay_;  // what came of the request's body, while it is kept
  rpc::http2::FieldBlock request_trailers_;
  rpc::http2::FieldBlock answer_trailers_;

  bool routing_ = false;      // a fiber of ours runs
  bool client_open_ = false;  // its stream may be used
  bool request_ended_ = false;
  bool replayable_ = true;
  bool head_passed_ = false;   // the client has a final head, of the instance or ours
  bool answer_ended_ = false;  // the instance has said all
  uint64_t request_bytes_ = 0;
  uint64_t request_given_ = 0;  // of them, given back to the client's window
  uint64_t answer_bytes_ = 0;
  uint64_t answer_given_ = 0;
  size_t held_ = 0;  // as counted by the shard
  const Time begun_;
  Time last_progress_;
};

}  // namespace bellrock::routing::proxy
