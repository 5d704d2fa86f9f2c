// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_reply_parser.h"

#include <fmt/format.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

namespace bellrock::rpc {
namespace {

namespace http = boost::beast::http;

}  // namespace

struct HttpReplyParser::Core {
  Limits limits;
  http::response_parser<http::string_body> parser;
  bool cut = false;

  Status Error(const boost::system::error_code& error) const {
    if (error == http::error::header_limit) {
      return ResourceExhaustedError(
          fmt::format("the answer's header block is over {} bytes", limits.header_bytes));
    }
    if (error == http::error::body_limit || error == http::error::buffer_overflow) {
      return ResourceExhaustedError(
          fmt::format("the answer is over {} bytes; ask for less at once", limits.body_bytes));
    }
    if (error == http::error::partial_message || error == http::error::end_of_stream) {
      return UnavailableError("the connection ended before the answer did");
    }
    return UnavailableError(fmt::format("not an HTTP/1.1 answer: {}", error.message()));
  }
};

HttpReplyParser::HttpReplyParser(Limits limits) : core_(std::make_unique<Core>()) {
  core_->limits = limits;
  core_->parser.eager(true);
  core_->parser.header_limit(static_cast<uint32_t>(limits.header_bytes));
  core_->parser.body_limit(limits.body_bytes);
}

HttpReplyParser::~HttpReplyParser() = default;

Result<size_t> HttpReplyParser::Feed(std::string_view bytes) {
  size_t taken = 0;
  while (taken < bytes.size() && !done()) {
    boost::system::error_code error;
    const size_t step = core_->parser.put(
        boost::asio::const_buffer(bytes.data() + taken, bytes.size() - taken), error);
    taken += step;
    if (error == http::error::need_more) break;
    core_->cut = error == http::error::body_limit && core_->limits.cut_body;
    if (core_->cut) break;
    if (error) return core_->Error(error);
    if (step == 0) break;
  }
  return taken;
}

Status HttpReplyParser::FeedEnd() {
  if (done()) return Status::Ok();
  if (!core_->parser.got_some()) return UnavailableError("the connection ended without an answer");
  boost::system::error_code error;
  core_->parser.put_eof(error);
  return error ? core_->Error(error) : Status::Ok();
}

bool HttpReplyParser::done() const {
  return core_->cut || core_->parser.is_done();
}

int HttpReplyParser::http_status() const {
  return static_cast<int>(core_->parser.get().result_int());
}

std::string_view HttpReplyParser::Header(std::string_view name) const {
  const auto value = core_->parser.get()[boost::beast::string_view(name.data(), name.size())];
  return {value.data(), value.size()};
}

std::string HttpReplyParser::TakeBody() {
  return std::move(core_->parser.get().body());
}

}  // namespace bellrock::rpc
