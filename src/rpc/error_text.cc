// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/error_text.h"

#include <fmt/format.h>

#include <array>

namespace bellrock::rpc {
namespace {

// Cuts at a character boundary: protobuf strings must stay valid UTF-8.
std::string_view CutTo(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

void FillReplyMeta(const Status& status, Origin origin, v1::ReplyMeta* meta) {
  meta->Clear();
  meta->set_origin(static_cast<v1::Origin>(origin));
  meta->set_code(static_cast<uint32_t>(status.code()));
  meta->set_message(std::string(CutTo(status.message(), kErrorMessageBytesMax)));
  if (!status.error_type().empty()) meta->set_error_type(std::string(status.error_type()));
  if (status.cause() == nullptr) return;
  meta->set_cause(std::string(CutTo(status.cause()->ToString(), kErrorCauseBytesMax)));
}

Status StatusFromReplyMeta(const v1::ReplyMeta& meta) {
  const StatusCode code = StatusCodeFromNumber(meta.code());
  if (code == StatusCode::kOk) return Status::Ok();
  const Status status = WithPeersErrorType(Status(code, meta.message()), meta.error_type());
  return meta.cause().empty() ? status : status.WithCause(Status(code, meta.cause()));
}

Status WithPeersErrorType(const Status& status, std::string_view type) {
  return IsErrorType(type) ? status.WithErrorType(*ErrorType::Parse(type)) : status;
}

int HttpStatusOf(StatusCode code) {
  static constexpr std::array<int, kStatusCodeCount> kHttp = {
      200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401};
  return kHttp[static_cast<size_t>(code)];
}

std::string_view HttpReason(int http_status) {
  switch (http_status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

std::string DurationText(Duration duration) {
  const double ms = std::chrono::duration<double, std::milli>(duration).count();
  if (ms < 10) return fmt::format("{:.1f} ms", ms);
  return ms < 1000 ? fmt::format("{:.0f} ms", ms) : fmt::format("{:.1f} s", ms / 1000);
}

namespace {

// What went wrong in a try; words of an earlier one are not said again.
std::string ReasonOf(const std::vector<Attempt>& attempts, size_t which) {
  std::string reason = attempts[which].status.ToString();
  for (size_t k = 0; k < which; ++k) {
    const std::string earlier = attempts[k].status.ToString();
    if (reason.starts_with(earlier)) {
      return fmt::format("as {}){}", k + 1, reason.substr(earlier.size()));
    }
  }
  return reason;
}

}  // namespace

std::string AttemptsText(std::string_view method, std::string_view callee,
                         const std::vector<Attempt>& attempts) {
  std::string text = fmt::format("{}{}{} failed after {} {}:", method, callee.empty() ? "" : " to ",
                                 callee, attempts.size(), attempts.size() == 1 ? "try" : "tries");
  for (size_t k = 0; k < attempts.size(); ++k) {
    const Attempt& attempt = attempts[k];
    text += fmt::format("{} {}) {}{}: {} ({})", k == 0 ? "" : ";", k + 1, attempt.address,
                        attempt.backup ? " as backup" : "", ReasonOf(attempts, k),
                        DurationText(attempt.latency));
  }
  return text;
}

}  // namespace bellrock::rpc
