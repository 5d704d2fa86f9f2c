// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// The head of an HTTP/1.x message as a proxy sees it (RFC 9112): parsed in place, strictly, without
// a copy or an allocation. What two parties could read in two ways is refused, so that no request
// can be smuggled past whoever looks at it first. Pure.
namespace bellrock::routing::proxy {

inline constexpr size_t kFieldsMax = 100;

// The fields that concern a proxy.
enum class FieldKind : uint8_t {
  kOther,
  kBellrockCaller,
  kBellrockLane,
  kBellrockQos,
  kConnection,
  kContentLength,
  kExpect,
  kForwardedFor,
  kHost,
  kHttp2Settings,
  kKeepAlive,
  kProxyConnection,
  kTraceparent,
  kTransferEncoding,
  kUpgrade,
};
FieldKind KindOf(std::string_view name);

struct HeadField {
  std::string_view name;
  std::string_view value;
  std::string_view line;  // with its end
  FieldKind kind = FieldKind::kOther;
  bool named_by_connection = false;  // ends at this hop
};

// One head. Views point into the bytes that were parsed.
struct MessageHead {
  std::string_view start_line;  // with its end
  std::string_view method;      // of a request
  std::string_view target;
  int status = 0;  // of an answer
  int minor_version = 1;
  size_t bytes = 0;  // of the whole head

  std::string_view host;
  bool has_host = false;
  bool has_length = false;
  uint64_t length = 0;
  bool chunked = false;
  bool says_close = false;
  bool says_keep_alive = false;
  bool says_upgrade = false;  // "Connection: upgrade"
  bool expects = false;

  std::span<const HeadField> fields() const { return {storage.data(), count}; }
  // The first of that name, in any case; nullptr if there is none.
  const HeadField* Find(std::string_view name) const;
  const HeadField* Find(FieldKind kind) const;
  // Whether the connection may carry another message after this one.
  bool persistent() const { return !says_close && (minor_version >= 1 || says_keep_alive); }

  std::array<HeadField, kFieldsMax> storage;
  size_t count = 0;
};

// `more`: the head is not yet complete. Else `http_status` 0, or why it is refused.
struct HeadOutcome {
  bool more = false;
  int http_status = 0;  // 400, 431, 501 or 505
  std::string_view problem{};

  bool ok() const { return !more && http_status == 0; }
};

// `scanned` says how many bytes an earlier call has already looked at in vain; kept by the caller
// between calls, 0 for a new head.
HeadOutcome ParseRequestHead(std::string_view bytes, size_t bytes_max, size_t& scanned,
                             MessageHead& head);
HeadOutcome ParseAnswerHead(std::string_view bytes, size_t bytes_max, size_t& scanned,
                            MessageHead& head);

}  // namespace bellrock::routing::proxy
