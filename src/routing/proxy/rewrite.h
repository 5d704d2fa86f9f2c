// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/splitmix.h"
#include "routing/proxy/message_head.h"
#include "rpc/byte_buffer.h"

// What a proxy reads out of a request, and changes in the heads that it passes on. Pure.
namespace bellrock::routing::proxy {

// Which service a request of the port for all services is for: header x-bellrock-service
// ("music/catalog"), else the host "catalog.music.bellrock", with or without a port. False if
// neither names one.
bool ServiceOf(const MessageHead& head, std::string& service);
// The same of the host alone.
bool ServiceOfHost(std::string_view host, std::string& service);
// What a client is told whose request names none.
std::string NamesNoService(std::string_view host);
// The value of the field in the target's query as it was sent, "" without one.
std::string_view QueryField(std::string_view target, std::string_view name);

// A request that changes nothing, or the same thing twice (RFC 9110, 9.2.2).
bool IsIdempotent(std::string_view method);

// The method by the name that lasts; "other" for what RFC 9110 and 5789 do not know, so that what
// is counted by it stays few.
std::string_view VerbOf(std::string_view method);
// Of a new trace, not sampled.
std::string NewTraceparent(SplitMix64& numbers);

struct RequestEdits {
  // Added unless empty.
  std::string_view caller{};
  std::string_view forwarded_for{};
  std::string_view traceparent{};
  bool upgrade = false;  // Connection and Upgrade go on to the instance
};
void AppendRequest(const MessageHead& head, const RequestEdits& edits, rpc::ByteBuffer& out);

struct AnswerEdits {
  bool close = false;
  bool upgrade = false;
};
void AppendAnswer(const MessageHead& head, const AnswerEdits& edits, rpc::ByteBuffer& out);

}  // namespace bellrock::routing::proxy
