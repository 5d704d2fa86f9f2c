// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/message_head.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace bellrock::routing::proxy {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

HeadOutcome Bad(std::string_view problem, int http_status = 400) {
  return {.http_status = http_status, .problem = problem};
}

// RFC 9110, 5.6.2: what a name or a method is made of.
constexpr std::array<bool, 256> kTokenBytes = [] {
  std::array<bool, 256> token{};
  for (int c = '0'; c <= '9'; ++c) token[static_cast<size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) token[static_cast<size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) token[static_cast<size_t>(c)] = true;
  for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
    token[static_cast<size_t>(c)] = true;
  return token;
}();

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return kTokenBytes[static_cast<unsigned char>(c)];
  });
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls `visit` for each element of a comma-separated list.
template <typename Visit>
void EachElement(std::string_view list, Visit&& visit) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view element = Trimmed(list.substr(0, comma));
    if (!element.empty()) visit(element);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

bool ParseLength(std::string_view text, uint64_t& length) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), length);
  return !text.empty() && text.front() != '-' && parsed.ec == std::errc() &&
         parsed.ptr == text.data() + text.size();
}

HeadOutcome TakeLength(const HeadField& field, MessageHead& head) {
  uint64_t length = 0;
  if (!ParseLength(field.value, length)) return Bad("Content-Length is not a number");
  if (head.has_length && head.length != length) return Bad("two Content-Lengths that differ");
  head.has_length = true;
  head.length = length;
  return {};
}

HeadOutcome TakeEncoding(const HeadField& field, MessageHead& head) {
  if (head.chunked || !EqualIgnoringCase(field.value, "chunked")) {
    return Bad("Transfer-Encoding is known as 'chunked' only", 501);
  }
  head.chunked = true;
  return {};
}

HeadOutcome TakeHost(const HeadField& field, MessageHead& head) {
  if (head.has_host) return Bad("two Host fields");
  head.has_host = true;
  head.host = field.value;
  return {};
}

void TakeConnection(const HeadField& field, MessageHead& head) {
  EachElement(field.value, [&](std::string_view option) {
    head.says_close |= EqualIgnoringCase(option, "close");
    head.says_keep_alive |= EqualIgnoringCase(option, "keep-alive");
    head.says_upgrade |= EqualIgnoringCase(option, "upgrade");
  });
}

HeadOutcome TakeField(const HeadField& field, MessageHead& head) {
  switch (field.kind) {
    case FieldKind::kContentLength:
      return TakeLength(field, head);
    case FieldKind::kTransferEncoding:
      return TakeEncoding(field, head);
    case FieldKind::kHost:
      return TakeHost(field, head);
    case FieldKind::kConnection:
      TakeConnection(field, head);
      return {};
    case FieldKind::kExpect:
      head.expects = true;
      return {};
    default:
      return {};
  }
}

HeadOutcome ParseField(std::string_view line, HeadField& field) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return Bad("a header line without ':'");
  field.line = line;
  field.name = line.substr(0, colon);
  // Blanks before the colon, or at the beginning (a folded line), are read differently by others.
  if (!IsToken(field.name)) return Bad("a header name with a byte that none may have");
  const std::string_view text = line.substr(colon + 1, line.size() - colon - 3);
  if (text.find('\r') != std::string_view::npos || text.find('\0') != std::string_view::npos) {
    return Bad("a header value with a byte that none may have");
  }
  field.value = Trimmed(text);
  field.kind = KindOf(field.name);
  field.named_by_connection = false;
  return {};
}

// Options of Connection name further fields that end at this hop.
void MarkNamed(MessageHead& head) {
  for (const HeadField& field : head.fields()) {
    if (field.kind != FieldKind::kConnection) continue;
    EachElement(field.value, [&](std::string_view option) {
      for (size_t i = 0; i < head.count; ++i) {
        HeadField& named = head.storage[i];
        // Framing and address are no options, whoever claims it.
        if (named.kind == FieldKind::kContentLength || named.kind == FieldKind::kHost ||
            named.kind == FieldKind::kTransferEncoding)
          continue;
        if (EqualIgnoringCase(named.name, option)) named.named_by_connection = true;
      }
    });
  }
}

HeadOutcome ParseFields(std::string_view rest, MessageHead& head) {
  bool connection = false;
  while (rest.size() > 2) {
    const size_t end = rest.find('\n');
    if (end == 0 || rest[end - 1] != '\r') return Bad("a line that ends without a return");
    if (head.count == kFieldsMax) return Bad("more than 100 header fields", 431);
    HeadField& field = head.storage[head.count];
    if (HeadOutcome parsed = ParseField(rest.substr(0, end + 1), field); !parsed.ok()) {
      return parsed;
    }
    ++head.count;
    if (field.kind != FieldKind::kOther) {
      connection |= field.kind == FieldKind::kConnection;
      if (HeadOutcome taken = TakeField(field, head); !taken.ok()) return taken;
    }
    rest.remove_prefix(end + 1);
  }
  if (head.chunked && head.has_length) return Bad("both Content-Length and Transfer-Encoding");
  if (connection) MarkNamed(head);
  return {};
}

void Reset(MessageHead& head) {
  head.start_line = head.method = head.target = head.host = {};
  head.status = 0;
  head.minor_version = 1;
  head.bytes = head.count = 0;
  head.length = 0;
  head.has_length = head.chunked = head.says_close = head.says_keep_alive = false;
  head.says_upgrade = head.expects = head.has_host = false;
}

// Finds the end of the head; `head.bytes` is 0 if it is not there yet.
HeadOutcome FindEnd(std::string_view bytes, size_t bytes_max, size_t& scanned, MessageHead& head) {
  Reset(head);
  const size_t from = scanned < kHeadEnd.size() ? 0 : scanned - kHeadEnd.size() + 1;
  const size_t end = bytes.find(kHeadEnd, from);
  scanned = bytes.size();
  if (end == std::string_view::npos ? bytes.size() >= bytes_max : end > bytes_max) {
    return Bad("the head is over the limit of bytes; send fewer or shorter fields", 431);
  }
  if (end == std::string_view::npos) return {.more = true};
  head.bytes = end + kHeadEnd.size();
  return {};
}

bool ParseVersion(std::string_view text, int& minor) {
  if (text.size() != 8 || !text.starts_with("HTTP/1.")) return false;
  minor = text[7] - '0';
  return minor == 0 || minor == 1;
}

HeadOutcome ParseRequestLine(std::string_view line, MessageHead& head) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Bad("not a request line");
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  if (!IsToken(head.method)) return Bad("not a method");
  const auto unprintable = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 127; };
  if (head.target.empty() || std::any_of(head.target.begin(), head.target.end(), unprintable)) {
    return Bad("not a request target");
  }
  const std::string_view version = line.substr(last + 1);
  if (ParseVersion(version, head.minor_version)) return {};
  return version.starts_with("HTTP/") ? Bad("only HTTP/1.0, 1.1 and 2 are known", 505)
                                      : Bad("not a request line");
}

HeadOutcome ParseStatusLine(std::string_view line, MessageHead& head) {
  if (line.size() < 12 || !ParseVersion(line.substr(0, 8), head.minor_version) || line[8] != ' ') {
    return Bad("not a status line");
  }
  const auto parsed = std::from_chars(line.data() + 9, line.data() + 12, head.status);
  if (parsed.ptr != line.data() + 12 || head.status < 100 || head.status > 999 ||
      (line.size() > 12 && line[12] != ' ')) {
    return Bad("not a status line");
  }
  return {};
}

using ParseLine = HeadOutcome (*)(std::string_view line, MessageHead& head);

HeadOutcome Parse(std::string_view bytes, size_t bytes_max, size_t& scanned, MessageHead& head,
                  ParseLine parse_line) {
  if (HeadOutcome found = FindEnd(bytes, bytes_max, scanned, head); !found.ok()) return found;
  const std::string_view whole = bytes.substr(0, head.bytes);
  const size_t end = whole.find('\n');
  if (end == 0 || whole[end - 1] != '\r') return Bad("a line that ends without a return");
  head.start_line = whole.substr(0, end + 1);
  if (HeadOutcome parsed = parse_line(whole.substr(0, end - 1), head); !parsed.ok()) return parsed;
  return ParseFields(whole.substr(end + 1), head);
}

}  // namespace

FieldKind KindOf(std::string_view name) {
  const auto is = [name](std::string_view known, FieldKind kind) {
    return EqualIgnoringCase(name, known) ? kind : FieldKind::kOther;
  };
  switch (name.size()) {
    case 4:
      return is("host", FieldKind::kHost);
    case 6:
      return is("expect", FieldKind::kExpect);
    case 7:
      return is("upgrade", FieldKind::kUpgrade);
    case 10:
      return LowerCase(name[0]) == 'c' ? is("connection", FieldKind::kConnection)
                                       : is("keep-alive", FieldKind::kKeepAlive);
    case 11:
      return is("traceparent", FieldKind::kTraceparent);
    case 12:
      return is("bellrock-qos", FieldKind::kBellrockQos);
    case 13:
      return is("bellrock-lane", FieldKind::kBellrockLane);
    case 14:
      return LowerCase(name[0]) == 'c' ? is("content-length", FieldKind::kContentLength)
                                       : is("http2-settings", FieldKind::kHttp2Settings);
    case 15:
      return LowerCase(name[0]) == 'b' ? is("bellrock-caller", FieldKind::kBellrockCaller)
                                       : is("x-forwarded-for", FieldKind::kForwardedFor);
    case 16:
      return is("proxy-connection", FieldKind::kProxyConnection);
    case 17:
      return is("transfer-encoding", FieldKind::kTransferEncoding);
    default:
      return FieldKind::kOther;
  }
}

const HeadField* MessageHead::Find(std::string_view name) const {
  for (const HeadField& field : fields())
    if (EqualIgnoringCase(field.name, name)) return &field;
  return nullptr;
}

const HeadField* MessageHead::Find(FieldKind kind) const {
  for (const HeadField& field : fields())
    if (field.kind == kind) return &field;
  return nullptr;
}

HeadOutcome ParseRequestHead(std::string_view bytes, size_t bytes_max, size_t& scanned,
                             MessageHead& head) {
  HeadOutcome outcome = Parse(bytes, bytes_max, scanned, head, ParseRequestLine);
  if (outcome.ok() && head.minor_version == 0 && head.chunked) {
    return Bad("HTTP/1.0 knows no Transfer-Encoding");
  }
  return outcome;
}

HeadOutcome ParseAnswerHead(std::string_view bytes, size_t bytes_max, size_t& scanned,
                            MessageHead& head) {
  return Parse(bytes, bytes_max, scanned, head, ParseStatusLine);
}

}  // namespace bellrock::routing::proxy
