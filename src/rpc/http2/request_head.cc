// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/request_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "rpc/error_catalog.h"
#include "rpc/http2/grpc_codec.h"
#include "rpc/metadata.h"

namespace bellrock::rpc::http2 {
namespace {

// Of a caller's name, which goes into counting.
constexpr size_t kCallerBytesMax = 255;
constexpr int kAttemptMax = 1000;

int AttemptOf(std::string_view text) {
  int attempt = 0;
  std::from_chars(text.data(), text.data() + text.size(), attempt);
  return std::clamp(attempt, 0, kAttemptMax);
}

}  // namespace

void RequestHead::Clear() {
  bad_ = Status::Ok();
  for (std::string* text :
       {&method_, &path_, &content_type_, &encoding_, &caller_, &dye_, &lane_}) {
    text->clear();
  }
  accepts_gzip_ = false;
  qos_ = Qos::kNormal;
  attempt_ = 0;
  trace_ = TraceContext();
  timeout_ = kNoTimeout;
  metadata_.clear();
  content_kind_ = ContentKind::kNotGrpc;
  fields_.Clear();
}

void RequestHead::Add(std::string_view name, std::string_view value) {
  // A gRPC client names its content type early: its calls pay for few copies.
  if (content_kind_ == ContentKind::kNotGrpc && name[0] != ':') fields_.Add(name, value);
  if (AddOwn(name, value) || IsReservedKey(name)) return;
  if (!AppendMetadata(name, value, &metadata_)) {
    Bad(name, value, "values of \"-bin\" keys are base64");
  }
}

bool RequestHead::AddOwn(std::string_view name, std::string_view value) {
  switch (name[0]) {
    case ':':
      if (name == ":path") path_ = value;
      if (name == ":method") method_ = value;
      return true;
    case 'b':
      if (name == "bellrock-caller") {
        caller_ = value.substr(0, kCallerBytesMax);
      } else if (name == "bellrock-dye") {
        dye_ = value;
      } else if (name == "bellrock-lane") {
        lane_ = value;
      } else if (name == "bellrock-qos") {
        qos_ = value == "critical"     ? Qos::kCritical
               : value == "background" ? Qos::kBackground
                                       : Qos::kNormal;
      } else {
        return false;
      }
      return true;
    case 'c':
      if (name != "content-type") return false;
      content_type_ = value;
      content_kind_ = ContentKindOf(value);
      return true;
    case 'g':
      return AddGrpc(name, value);
    case 't':
      if (name != "traceparent") return false;
      trace_ = FromTraceparent(value).value_or(TraceContext());
      return true;
    default:
      return false;
  }
}

bool RequestHead::AddGrpc(std::string_view name, std::string_view value) {
  if (name == "grpc-timeout") {
    const std::optional<Duration> timeout = ParseTimeout(value);
    if (!timeout) Bad(name, value, "write 1 to 8 digits and one of H M S m u n");
    timeout_ = timeout.value_or(kNoTimeout);
  } else if (name == "grpc-encoding") {
    encoding_ = value;
  } else if (name == "grpc-accept-encoding") {
    accepts_gzip_ = value.find("gzip") != std::string_view::npos;
  } else if (name == "grpc-previous-rpc-attempts") {
    attempt_ = AttemptOf(value);
  } else {
    return name.starts_with("grpc-");
  }
  return true;
}

void RequestHead::Bad(std::string_view name, std::string_view value, std::string_view remedy) {
  if (!bad_.ok()) return;
  bad_ = InvalidArgumentError(
      Numbered(ErrorNumber::kBadHttp, fmt::format("header {}: \"{}\": {}", name, value, remedy)));
}

}  // namespace bellrock::rpc::http2
