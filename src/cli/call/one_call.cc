// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/one_call.h"

#include <google/protobuf/message.h>

#include <memory>

#include "bellrock/fiber.h"
#include "cli/output.h"
#include "fiber/fiber.h"
#include "rpc/http/json.h"

namespace bellrock::cli {
namespace {

Result<std::unique_ptr<Message>> RequestFrom(const Schema& schema, const Schema::Method& method,
                                             const std::string& json) {
  std::unique_ptr<Message> request = schema.NewMessage(*method.input_type());
  BELLROCK_TRY(rpc::JsonToMessage(json, *request));
  return request;
}

Status PrintReplies(StreamReader& reader, Message& reply) {
  for (;;) {
    BELLROCK_ASSIGN(const bool more, reader.Read(reply));
    if (!more) return Status::Ok();
    BELLROCK_TRY(PrintJson(reply));
  }
}

Status SendAll(StreamCall& call, const Schema& schema, const Schema::Method& method,
               const RequestSource& requests, const Completion& ended) {
  while (std::optional<std::string> json = requests()) {
    BELLROCK_ASSIGN(const std::unique_ptr<Message> request, RequestFrom(schema, method, *json));
    // A call that has ended takes no more; whoever reads it knows why it has.
    if (ended.is_set() || !call.Write(*request).ok()) return Status::Ok();
  }
  (void)call.CloseWrites();
  return Status::Ok();
}

Status CallDuplex(ChannelInterface& channel, const Schema& schema, const Schema::Method& method,
                  const RequestSource& requests, const CallOptions& options) {
  BELLROCK_ASSIGN(const std::unique_ptr<StreamCall> call,
                  channel.OpenDuplex(method.service()->full_name(), method.name(), options));
  const std::unique_ptr<Message> reply = schema.NewMessage(*method.output_type());
  Status outcome;
  Completion ended;
  fiber::JoinHandle reader;  // belongs to the SDK's loop, and is only touched there
  BELLROCK_TRY(Run([&] {
    reader = fiber::Start([&] {
      outcome = PrintReplies(*call, *reply);
      ended.Set();
    });
  }));
  const Status sent = SendAll(*call, schema, method, requests, ended);
  BELLROCK_TRY(Run([&] {
    // A stream cut short by a bad line must not look complete to the callee: it is cancelled.
    if (!sent.ok()) reader.Cancel();
    reader.Join();
    reader = {};
  }));
  return sent.ok() ? outcome : sent;
}

}  // namespace

Status CallOnce(ChannelInterface& channel, const Schema& schema, const Schema::Method& method,
                const RequestSource& requests, const CallOptions& options) {
  if (method.client_streaming()) return CallDuplex(channel, schema, method, requests, options);
  BELLROCK_ASSIGN(const std::unique_ptr<Message> request,
                  RequestFrom(schema, method, requests().value_or("")));
  const std::unique_ptr<Message> reply = schema.NewMessage(*method.output_type());
  const std::string& service = method.service()->full_name();
  if (method.server_streaming()) {
    BELLROCK_ASSIGN(const std::unique_ptr<StreamReader> reader,
                    channel.OpenStream(service, method.name(), *request, options));
    return PrintReplies(*reader, *reply);
  }
  BELLROCK_TRY(channel.Call(service, method.name(), *request, *reply, options));
  return PrintJson(*reply);
}

}  // namespace bellrock::cli
