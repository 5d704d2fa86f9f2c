// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "fiber/sync.h"
#include "rpc/http/http_answer.h"
#include "rpc/http/http_outlet.h"
#include "rpc/http/incoming_request.h"
#include "rpc/http2/field_block.h"
#include "rpc/http2/session.h"
#include "rpc/http2/stream_owner.h"

namespace bellrock::rpc::http2 {

class HttpStream;

// The head of a plain request: its own copy, since the connection reads on.
struct HttpHead {
  std::string method;
  std::string path;
  FieldBlock fields;  // without pseudo-header fields
};

// Answers requests that have come whole.
class HttpAnswerer {
 public:
  virtual ~HttpAnswerer() = default;
  // In the stream's own fiber. False if the answer went out as a stream.
  virtual bool Run(HttpStream& stream, HttpAnswer& answer) = 0;
  // The stream is closed and nothing runs for it: destroy it.
  virtual void Remove(HttpStream& stream) = 0;
};

// One plain HTTP request, a page or JSON, on its HTTP/2 stream: collects the body within the
// limits, runs the exchange in a fiber of its own, sends the answer as the peer's window allows.
// Belongs to its connection, on its loop, from the request's headers until the stream is closed and
// that fiber has ended. A reset of the stream cancels the call that runs.
class HttpStream final : public SessionStream, public IncomingRequest, public HttpOutlet {
 public:
  HttpStream(StreamOwner& owner, HttpAnswerer& answerer, HttpHead head)
      : owner_(owner), answerer_(answerer), head_(std::move(head)) {}

  // The connection has ended. May destroy the stream.
  void Abandon() { OnClosed(ErrorCode::kCancel); }
  // The call that runs, null for none.
  const ServedCall* call() const { return call_; }

  // IncomingRequest:
  std::string_view method() const override { return head_.method; }
  std::string_view target() const override { return head_.path; }
  std::string_view Header(std::string_view name) const override;
  const std::string& body() const override { return body_; }

  // HttpOutlet:
  fiber::Loop& loop() override { return owner_.session().link().loop(); }
  fiber::Clock& clock() override { return owner_.session().link().clock(); }
  void BeginWatch(ServedCall& call) override;
  void EndWatch() override { call_ = nullptr; }
  void BeginStream(const HttpHeaders& headers, bool says_its_end) override;
  void WriteStream(std::string_view text) override;
  void EndStream() override;
  Status WaitStream(Time until) override;
  bool stream_drained() const override { return output().empty(); }

  HttpStream* next = nullptr;  // links of the connection's list
  HttpStream* previous = nullptr;

 private:
  // SessionStream:
  void OnData(std::string_view bytes) override;
  void OnRemoteEnd() override;
  void OnSent() override;
  void OnClosed(ErrorCode code) override;

  void RefuseBody(const Status& why, int http_status);
  void Serve();
  void Answer(HttpAnswer answer);
  void Respond(int status, const HttpHeaders& headers, bool end_stream);
  void AppendOutput(std::string_view text);

  StreamOwner& owner_;
  HttpAnswerer& answerer_;
  const HttpHead head_;
  std::string body_;
  ServedCall* call_ = nullptr;
  bool answered_ = false;  // its head is out
  bool running_ = false;
  bool closed_ = false;
  size_t held_bytes_ = 0;      // counted at the owner
  size_t output_counted_ = 0;  // likewise
  fiber::WaitQueue write_waiters_;
};

}  // namespace bellrock::rpc::http2
