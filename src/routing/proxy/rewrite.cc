// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/rewrite.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "bellrock/trace.h"

namespace bellrock::routing::proxy {
namespace {

constexpr std::string_view kServiceHeader = "x-bellrock-service";
constexpr std::string_view kHostEnd = ".bellrock";

// Without the port; a literal IPv6 address is nobody's name.
std::string_view HostName(std::string_view host) {
  return host.substr(0, std::min(host.find(':'), host.size()));
}

// The authority of an absolute target is the host that is meant, whatever Host says.
std::string_view HostOf(const MessageHead& head) {
  const size_t scheme = head.target.find("://");
  if (head.target.starts_with('/') || scheme == std::string_view::npos) return head.host;
  const std::string_view rest = head.target.substr(scheme + 3);
  return rest.substr(0, std::min(rest.find_first_of("/?"), rest.size()));
}

// Fields that speak of one hop only (RFC 9110, 7.6.1).
bool EndsHere(const HeadField& field, bool upgrade) {
  switch (field.kind) {
    case FieldKind::kConnection:
    case FieldKind::kKeepAlive:
    case FieldKind::kProxyConnection:
    case FieldKind::kHttp2Settings:
      return true;
    case FieldKind::kUpgrade:
      return !upgrade;
    default:
      return field.named_by_connection;
  }
}

// The start line and the fields that go on, neighbours in one piece.
void AppendKept(const MessageHead& head, bool upgrade, rpc::ByteBuffer& out) {
  const char* from = head.start_line.data();
  const char* to = from + head.start_line.size();
  for (const HeadField& field : head.fields()) {
    if (EndsHere(field, upgrade)) {
      out.Append({from, static_cast<size_t>(to - from)});
      from = field.line.data() + field.line.size();
    }
    to = field.line.data() + field.line.size();
  }
  out.Append({from, static_cast<size_t>(to - from)});
}

void AppendField(std::string_view name, std::string_view value, rpc::ByteBuffer& out) {
  out.Append(name);
  out.Append(": ");
  out.Append(value);
  out.Append("\r\n");
}

}  // namespace

bool ServiceOf(const MessageHead& head, std::string& service) {
  service.clear();
  if (const HeadField* named = head.Find(kServiceHeader)) {
    service = named->value;
    return !service.empty();
  }
  return ServiceOfHost(HostOf(head), service);
}

bool ServiceOfHost(std::string_view authority, std::string& service) {
  service.clear();
  const std::string_view host = HostName(authority);
  if (host.size() <= kHostEnd.size()) return false;
  const size_t end = host.size() - kHostEnd.size();
  if (!EqualIgnoringCase(host.substr(end), kHostEnd)) return false;
  const std::string_view names = host.substr(0, end);
  const size_t dot = names.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == names.size()) return false;
  service.append(names.substr(dot + 1)).append("/").append(names.substr(0, dot));
  return true;
}

std::string NamesNoService(std::string_view host) {
  return fmt::format(
      "host '{}' names no service: ask for SERVICE.LINE.bellrock, or say x-bellrock-service: "
      "LINE/SERVICE",
      host);
}

std::string_view QueryField(std::string_view target, std::string_view name) {
  const size_t mark = target.find('?');
  std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view field = rest.substr(0, std::min(rest.find('&'), rest.size()));
    if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=') {
      return field.substr(name.size() + 1);
    }
    rest.remove_prefix(std::min(field.size() + 1, rest.size()));
  }
  return {};
}

bool IsIdempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" ||
         method == "OPTIONS" || method == "TRACE";
}

std::string_view VerbOf(std::string_view method) {
  static constexpr std::array<std::string_view, 9> kVerbs = {
      "GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"};
  const auto* const known = std::find(kVerbs.begin(), kVerbs.end(), method);
  return known == kVerbs.end() ? "other" : *known;
}

std::string NewTraceparent(SplitMix64& numbers) {
  TraceContext trace;
  trace.trace_id_high = numbers.Next() | 1;  // an id of zeros means none
  trace.trace_id_low = numbers.Next() | 1;
  trace.span_id = numbers.Next() | 1;
  return ToTraceparent(trace);
}

void AppendRequest(const MessageHead& head, const RequestEdits& edits, rpc::ByteBuffer& out) {
  AppendKept(head, edits.upgrade, out);
  if (edits.upgrade) AppendField("Connection", "upgrade", out);
  if (!edits.caller.empty()) AppendField("bellrock-caller", edits.caller, out);
  if (!edits.forwarded_for.empty()) AppendField("X-Forwarded-For", edits.forwarded_for, out);
  if (!edits.traceparent.empty()) AppendField("traceparent", edits.traceparent, out);
  out.Append("\r\n");
}

void AppendAnswer(const MessageHead& head, const AnswerEdits& edits, rpc::ByteBuffer& out) {
  AppendKept(head, edits.upgrade, out);
  if (edits.upgrade) {
    AppendField("Connection", "upgrade", out);
  } else if (edits.close) {
    AppendField("Connection", "close", out);
  }
  out.Append("\r\n");
}

}  // namespace bellrock::routing::proxy
