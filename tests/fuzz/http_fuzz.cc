// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// HTTP requests down to the message of a call: parser, target, query and JSON. However the bytes
// are cut, the same request comes out.
#include <string>
#include <string_view>

#include "base/check.h"
#include "bellrock/rpc/sample/v1/echo.pb.h"
#include "fuzz_input.h"
#include "rpc/byte_buffer.h"
#include "rpc/http/http_parser.h"
#include "rpc/http/json.h"
#include "rpc/http/url.h"

namespace bellrock::rpc {
namespace {

using sample::v1::EchoRequest;

constexpr HttpParser::Limits kLimits{.header_bytes = 1024, .body_bytes = 2048};

struct Request {
  bool done = false;
  int http_status = 0;  // if refused
  std::string method;
  std::string target;
  std::string body;
  size_t left = 0;  // bytes behind the request

  friend bool operator==(const Request&, const Request&) = default;
};

void Keep(const HttpParser& parser, Request& request) {
  request.done = parser.done();
  if (!request.done) return;
  request.method = parser.method();
  request.target = parser.target();
  request.body = parser.body();
  BELLROCK_CHECK(request.body.size() <= kLimits.body_bytes, "a body over the limit is refused");
  (void)parser.Header("Content-Type");
  (void)parser.Header("");
  (void)parser.keep_alive();
  (void)parser.expects_continue();
}

// As a connection does it: what the parser leaves is presented again with more behind it.
Request ParseInPieces(std::string_view bytes, size_t piece) {
  HttpParser parser(kLimits);
  ByteBuffer buffer;
  Request request;
  while (!bytes.empty()) {
    buffer.Append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    const Result<size_t> taken = parser.Feed(std::string(buffer.view()));
    if (!taken.ok()) {
      request.http_status = parser.http_status();
      return request;
    }
    BELLROCK_CHECK(*taken <= buffer.size(), "the parser takes no more than there is");
    buffer.Consume(*taken);
    BELLROCK_CHECK(parser.done() || buffer.size() <= kLimits.header_bytes + kLimits.body_bytes,
                   "what waits for the parser is bounded");
    if (parser.done()) break;
  }
  Keep(parser, request);
  request.left = buffer.size() + bytes.size();
  return request;
}

void CheckMessage(const EchoRequest& message) {
  const Result<std::string> json = MessageToJson(message);
  if (!json.ok()) return;  // text that is not UTF-8
  EchoRequest again;
  const Status read = JsonToMessage(*json, again);
  BELLROCK_CHECK(read.ok(), read.ToString().c_str());
  const Result<std::string> twice = MessageToJson(again);
  BELLROCK_CHECK(twice.ok() && *twice == *json, "a message survives JSON");
}

void CheckContents(const Request& request) {
  const Result<Target> target = ParseTarget(request.target);
  EchoRequest message;
  if (target.ok()) {
    BELLROCK_CHECK(target->path.starts_with('/'), "a path begins with a slash");
    BELLROCK_CHECK(target->path.find('\0') == std::string::npos, "no NUL in a path");
    if (QueryToMessage(target->query, message).ok()) CheckMessage(message);
  }
  message.Clear();
  if (JsonToMessage(request.body, message).ok()) CheckMessage(message);
}

}  // namespace
}  // namespace bellrock::rpc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using bellrock::rpc::Request;
  bellrock::fuzz::Input input(data, size);
  const uint8_t choice = input.Byte();
  const std::string bytes = input.Rest();
  if (choice == 0) {
    // Straight to what lies behind the parser, which a mutation seldom passes.
    const size_t line = std::min(bytes.find('\n'), bytes.size());
    Request request;
    request.target = bytes.substr(0, line);
    request.body = bytes.substr(std::min(line + 1, bytes.size()));
    bellrock::rpc::CheckContents(request);
    return 0;
  }
  const Request whole = bellrock::rpc::ParseInPieces(bytes, bytes.size());
  const Request pieces = bellrock::rpc::ParseInPieces(bytes, choice);
  // Bad bytes may be refused at once or only when the header block ends; a request is a request
  // either way.
  if (whole.done || pieces.done) {
    BELLROCK_CHECK(whole == pieces, "the cut of the bytes does not matter");
  }
  if (whole.done) bellrock::rpc::CheckContents(whole);
  return 0;
}
