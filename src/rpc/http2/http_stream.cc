// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/http_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc::http2 {
namespace {

// Queued for one stream before its handler waits; the last item may go beyond.
constexpr size_t kStreamOutputMax = 64 << 10;

// RFC 9113 8.2.2: what speaks of the connection has no place on a stream.
bool IsOfConnection(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {
      "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

std::string_view HttpStream::Header(std::string_view name) const {
  const std::string wanted = LowerCase(name);
  for (size_t i = 0; i < head_.fields.size(); ++i) {
    if (head_.fields[i].name == wanted) return head_.fields[i].value;
  }
  return {};
}

// The window is given back at once: the bounds are those of one body and of all together.
void HttpStream::OnData(std::string_view bytes) {
  owner_.session().GiveWindow(*this, bytes.size());
  if (answered_) return;  // refused; what still comes is dropped
  const size_t limit = owner_.message_bytes_max();
  if (body_.size() + bytes.size() > limit) {
    return RefuseBody(
        ResourceExhaustedError(Numbered(
            ErrorNumber::kHttpTooLarge,
            fmt::format("the body is over the limit of {} bytes; send less at once", limit))),
        413);
  }
  if (!owner_.HoldRequestBytes(bytes.size())) {
    return RefuseBody(
        ResourceExhaustedError(Numbered(ErrorNumber::kHttpTooLarge,
                                        "the requests under way on this connection are too large "
                                        "together; send fewer at a time")),
        429);
  }
  held_bytes_ += bytes.size();
  body_ += bytes;
}

void HttpStream::RefuseBody(const Status& why, int http_status) {
  owner_.ReleaseRequestBytes(std::exchange(held_bytes_, 0));
  body_ = std::string();
  Answer({.reply = ErrorReply(why, http_status)});
}

void HttpStream::OnRemoteEnd() {
  if (answered_) return;
  running_ = true;
  owner_.NoteBegun();
  const Status spawned = loop().SpawnNow([this] { Serve(); });
  if (spawned.ok()) return;
  running_ = false;
  owner_.NoteEnded();
  Answer({.reply = ErrorReply(spawned)});
}

void HttpStream::Serve() {
  HttpAnswer answer;
  answer.head_only = method() == "HEAD";
  const bool whole = answerer_.Run(*this, answer);
  running_ = false;
  owner_.ReleaseRequestBytes(std::exchange(held_bytes_, 0));
  if (whole && !closed_) Answer(std::move(answer));
  owner_.NoteEnded();
  if (closed_) answerer_.Remove(*this);
}

void HttpStream::Answer(HttpAnswer answer) {
  if (!owner_.MayQueueReply()) {
    answer.reply = ErrorReply(ResourceExhaustedError(
        Numbered(ErrorNumber::kOutputFull, "answers wait for a reader that does not read")));
  }
  const HttpHeaders headers = SettleAnswer(answer);
  const std::string& body = answer.reply.body;
  Respond(answer.reply.status, headers, body.empty());
  if (body.empty()) return;
  AppendOutput(body);
  owner_.session().End(*this);
}

void HttpStream::Respond(int status, const HttpHeaders& headers, bool end_stream) {
  answered_ = true;
  const std::string status_text = std::to_string(status);
  std::vector<std::string> names;  // before the fields, which point into them
  names.reserve(headers.size());
  std::vector<HeaderField> fields = {{":status", status_text}};
  for (const auto& [name, value] : headers) {
    names.push_back(LowerCase(name));
    if (!IsOfConnection(names.back())) fields.push_back({names.back(), value});
  }
  owner_.session().Respond(*this, fields, end_stream);
}

void HttpStream::AppendOutput(std::string_view text) {
  output().Append(text);
  owner_.AddReplyBytes(output().size() - output_counted_);
  output_counted_ = output().size();
}

void HttpStream::OnSent() {
  owner_.TakeReplyBytes(output_counted_ - output().size());
  output_counted_ = output().size();
  if (output_counted_ < kStreamOutputMax) write_waiters_.WakeAll();
}

void HttpStream::BeginWatch(ServedCall& call) {
  call_ = &call;
  if (closed_) call.Cancel();
}

void HttpStream::BeginStream(const HttpHeaders& headers, bool /*says_its_end*/) {
  if (!closed_) Respond(200, headers, false);
}

void HttpStream::WriteStream(std::string_view text) {
  if (closed_) return;
  AppendOutput(text);
  owner_.session().Send(*this);
}

void HttpStream::EndStream() {
  if (!closed_) owner_.session().End(*this);
}

Status HttpStream::WaitStream(Time until) {
  // With nothing queued on this stream nobody would wake us.
  while (!closed_ && (output().size() >= kStreamOutputMax ||
                      (!output().empty() && owner_.WriterShouldWait()))) {
    BELLROCK_TRY(write_waiters_.Wait(until));
  }
  return closed_ ? CancelledError(Numbered(ErrorNumber::kCancelled, "the caller has gone"))
                 : Status::Ok();
}

void HttpStream::OnClosed(ErrorCode) {
  closed_ = true;
  owner_.TakeReplyBytes(std::exchange(output_counted_, 0));
  owner_.ReleaseRequestBytes(std::exchange(held_bytes_, 0));
  write_waiters_.WakeAll();
  if (call_ != nullptr) call_->Cancel();
  if (!running_) answerer_.Remove(*this);
}

}  // namespace bellrock::rpc::http2
