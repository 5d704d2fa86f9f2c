// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_parser.h"

#include <fmt/format.h>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>

#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {

namespace http = boost::beast::http;

std::string_view ToView(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct HttpParser::Core {
  Limits limits;
  http::request_parser<http::string_body> parser;
  int http_status = 400;

  Status Error(const boost::system::error_code& error) {
    if (error == http::error::header_limit) {
      http_status = 431;
      return ResourceExhaustedError(Numbered(
          ErrorNumber::kHttpTooLarge,
          fmt::format("the header block is over the limit of {} bytes; send fewer or shorter "
                      "header fields",
                      limits.header_bytes)));
    }
    if (error == http::error::body_limit || error == http::error::buffer_overflow) {
      http_status = 413;
      return ResourceExhaustedError(
          Numbered(ErrorNumber::kHttpTooLarge,
                   fmt::format("the body is over the limit of {} bytes; send less at once",
                               limits.body_bytes)));
    }
    http_status = 400;
    return InvalidArgumentError(
        Numbered(ErrorNumber::kBadHttp,
                 fmt::format("not an HTTP/1.1 request: {}; see RFC 9112", error.message())));
  }
};

HttpParser::HttpParser(Limits limits) : core_(std::make_unique<Core>()) {
  core_->limits = limits;
  core_->parser.eager(true);
  core_->parser.header_limit(static_cast<uint32_t>(limits.header_bytes));
  core_->parser.body_limit(limits.body_bytes);
}

HttpParser::~HttpParser() = default;

Result<size_t> HttpParser::Feed(std::string_view bytes) {
  size_t taken = 0;
  while (taken < bytes.size() && !core_->parser.is_done()) {
    boost::system::error_code error;
    const size_t step = core_->parser.put(
        boost::asio::const_buffer(bytes.data() + taken, bytes.size() - taken), error);
    taken += step;
    if (error == http::error::need_more) break;
    if (error) return core_->Error(error);
    if (step == 0) break;
  }
  return taken;
}

bool HttpParser::header_done() const {
  return core_->parser.is_header_done();
}
bool HttpParser::done() const {
  return core_->parser.is_done();
}
int HttpParser::http_status() const {
  return core_->http_status;
}

std::string_view HttpParser::method() const {
  return ToView(core_->parser.get().method_string());
}
std::string_view HttpParser::target() const {
  return ToView(core_->parser.get().target());
}
std::string_view HttpParser::Header(std::string_view name) const {
  return ToView(core_->parser.get()[boost::beast::string_view(name.data(), name.size())]);
}
int HttpParser::minor_version() const {
  return static_cast<int>(core_->parser.get().version()) - 10;
}
bool HttpParser::keep_alive() const {
  return core_->parser.keep_alive();
}
bool HttpParser::expects_continue() const {
  return boost::beast::iequals(core_->parser.get()[http::field::expect], "100-continue");
}
const std::string& HttpParser::body() const {
  return core_->parser.get().body();
}

}  // namespace bellrock::rpc
