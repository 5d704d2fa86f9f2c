// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/native/call_head.h"

#include <cstdint>

#include "bellrock/rpc/v1/wire.pb.h"

namespace bellrock::rpc {
namespace {

// Of fields with a length: service, method, caller.
constexpr uint8_t kServiceTag = 1 << 3 | 2;
constexpr uint8_t kMethodTag = 2 << 3 | 2;
constexpr uint8_t kCallerTag = 4 << 3 | 2;

// Bytes of a field with this tag and a length of one byte at the beginning; 0 if there is none.
size_t FieldBytes(std::string_view bytes, uint8_t tag) {
  if (bytes.size() < 2 || static_cast<uint8_t>(bytes[0]) != tag) return 0;
  const auto length = static_cast<uint8_t>(bytes[1]);
  if (length >= 0x80 || bytes.size() < size_t{2} + length) return 0;
  return size_t{2} + length;
}

std::string_view HeadOf(std::string_view meta) {
  const size_t service = FieldBytes(meta, kServiceTag);
  if (service == 0) return {};
  const size_t method = FieldBytes(meta.substr(service), kMethodTag);
  if (method == 0) return {};
  return meta.substr(0, service + method + FieldBytes(meta.substr(service + method), kCallerTag));
}

}  // namespace

std::string_view HeadWriter::Encode(std::string_view service, std::string_view method,
                                    std::string_view caller) {
  if (service == service_ && method == method_ && caller == caller_) return bytes_;
  service_ = service;
  method_ = method;
  caller_ = caller;
  v1::CallMeta head;
  head.set_service(service_);
  head.set_method(method_);
  head.set_caller(caller_);
  head.SerializeToString(&bytes_);
  return bytes_;
}

const CallHead* KnownHeads::Find(std::string_view meta) const {
  for (const CallHead& head : heads_) {
    if (head.method != nullptr && meta.starts_with(head.bytes)) return &head;
  }
  return nullptr;
}

void KnownHeads::Learn(std::string_view meta, const Method& method) {
  const std::string_view bytes = HeadOf(meta);
  v1::CallMeta said;
  if (bytes.empty() || !said.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  // A field that comes again later in the meta counts by its last value, which is not the head's.
  if (said.service() != method.service_name || said.method() != method.name) return;
  heads_[next_] = {.bytes = std::string(bytes), .method = &method, .caller = said.caller()};
  next_ = (next_ + 1) % kHeadsMax;
}

}  // namespace bellrock::rpc
