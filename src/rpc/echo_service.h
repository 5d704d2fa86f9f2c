// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "bellrock/rpc/sample/v1/echo.bellrock.h"
#include "bellrock/rpc/sample/v1/echo.pb.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "rpc/http/http_caller.h"

namespace bellrock::rpc {

// What the tests call. Counts what it saw.
class EchoService final : public sample::v1::EchoService {
 public:
  Result<sample::v1::EchoReply> Say(ServerContext& context,
                                    const sample::v1::EchoRequest& request) override {
    ++calls;
    seen_loop = fiber::Loop::Current();
    seen_attachment = context.attachment();
    context.set_reply_attachment(reply_attachment.empty() ? seen_attachment : reply_attachment);
    if (HttpCaller* caller = HttpCaller::Of(context)) {
      seen_http_target = caller->target();
      if (http_status != 0) caller->SetAnswer(http_status, http_headers);
    }
    if (request.flag()) BELLROCK_TRY(context.AddReplyMetadata("seen-by", "echo"));
    if (request.sleep_ms() > 0) {
      Status slept = fiber::SleepFor(std::chrono::milliseconds(request.sleep_ms()));
      if (!slept.ok()) {
        ++cut_short;
        last_cut = slept.code();
        return slept;
      }
    }
    if (request.code() != 0) {
      return Failure(request.code(), request.text());
    }
    sample::v1::EchoReply reply;
    reply.set_text(request.text());
    reply.set_caller(std::string(context.caller()));
    reply.set_attempt(context.attempt());
    *reply.mutable_numbers() = request.numbers();
    if (request.has_inner()) *reply.mutable_inner() = request.inner();
    reply.set_tone(request.tone());
    reply.set_big(static_cast<int64_t>(request.big()));
    const Duration left = context.deadline() - fiber::Loop::Current()->Now();
    reply.set_deadline_ms(
        context.deadline() == kNever
            ? -1
            : std::chrono::duration_cast<std::chrono::milliseconds>(left).count());
    if (request.ratio() > 0)
      reply.set_filler(std::string(static_cast<size_t>(request.ratio()), 'x'));
    return reply;
  }

  Status Count(ServerContext& context, const sample::v1::CountRequest& request,
               Writer<sample::v1::EchoReply>& writer) override {
    ++calls;
    sample::v1::EchoReply item;
    item.set_filler(std::string(static_cast<size_t>(request.item_bytes()), 'x'));
    for (int i = 0; i < request.items(); ++i) {
      item.set_text(std::to_string(i));
      Status status = share_items ? WriteShared(item, writer) : writer.Write(item);
      if (status.ok() && request.pause_ms() > 0) {
        status = fiber::SleepFor(std::chrono::milliseconds(request.pause_ms()));
      }
      if (!status.ok()) {
        ++cut_short;
        last_cut = status.code();
        saw_cancelled = context.cancelled();
        return status;
      }
      ++items_written;
    }
    if (request.code() == 0) return Status::Ok();
    return Failure(request.code(), "as asked");
  }

  // A request with a code ends it at once with that status.
  Result<sample::v1::SumReply> Sum(ServerContext& context,
                                   Reader<sample::v1::EchoRequest>& reader) override {
    ++calls;
    sample::v1::SumReply sum;
    sample::v1::EchoRequest request;
    for (;;) {
      Result<bool> read = reader.Read(request);
      if (!read.ok()) {
        ++cut_short;
        last_cut = read.status().code();
        saw_cancelled = context.cancelled();
        return read.status();
      }
      if (!*read) return sum;
      BELLROCK_TRY(Asked(request));
      sum.set_requests(sum.requests() + 1);
      sum.set_bytes(sum.bytes() + static_cast<int64_t>(request.text().size()));
    }
  }

  Status Chat(ServerContext& context, Reader<sample::v1::EchoRequest>& reader,
              Writer<sample::v1::EchoReply>& writer) override {
    ++calls;
    sample::v1::EchoRequest request;
    for (;;) {
      Result<bool> read = reader.Read(request);
      if (!read.ok()) {
        ++cut_short;
        last_cut = read.status().code();
        saw_cancelled = context.cancelled();
        return read.status();
      }
      if (!*read) return Status::Ok();
      BELLROCK_TRY(Asked(request));
      sample::v1::EchoReply reply;
      reply.set_text(request.text());
      BELLROCK_TRY(writer.Write(reply));
      ++items_written;
    }
  }

  Bytes seen_attachment;   // of the last Say(); it goes back with the reply
  Bytes reply_attachment;  // goes back instead, if any
  std::string seen_http_target;
  int http_status = 0;  // asked for over HTTP, if any
  Metadata http_headers;
  std::string error_type;  // of the failures that are asked for
  int calls = 0;
  int cut_short = 0;
  int items_written = 0;
  bool share_items = false;         // Count() writes shared messages
  size_t shared_bytes_on_wire = 0;  // of those
  bool saw_cancelled = false;
  StatusCode last_cut = StatusCode::kOk;
  fiber::Loop* seen_loop = nullptr;

 private:
  // What a request of a stream asks for before it is answered.
  Status Asked(const sample::v1::EchoRequest& request) {
    if (request.sleep_ms() > 0) {
      BELLROCK_TRY(fiber::SleepFor(std::chrono::milliseconds(request.sleep_ms())));
    }
    if (request.code() == 0) return Status::Ok();
    return Failure(request.code(), request.text());
  }
  Status Failure(int32_t code, const std::string& text) const {
    const Status status(StatusCodeFromNumber(static_cast<uint32_t>(code)), text);
    return error_type.empty() ? status : status.WithErrorType(*ErrorType::Parse(error_type));
  }
  Status WriteShared(const sample::v1::EchoReply& item, Writer<sample::v1::EchoReply>& writer) {
    const auto shared = SharedMessage::Of<sample::v1::EchoReply>(item.SerializeAsString());
    BELLROCK_ASSIGN(const size_t bytes, writer.WriteShared(*shared));
    shared_bytes_on_wire += bytes;
    return Status::Ok();
  }
};

}  // namespace bellrock::rpc
