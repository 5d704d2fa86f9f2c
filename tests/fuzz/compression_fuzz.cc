// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Packed messages: whatever comes, unpacking ends within its limit, and what unpacks can be packed
// and unpacked again. The first byte chooses the algorithm.
#include <string>
#include <string_view>

#include "base/check.h"
#include "rpc/compression.h"

namespace bellrock::rpc {
namespace {

constexpr size_t kBytesMax = 64 << 10;

void Check(std::string_view input) {
  if (input.empty()) return;
  const uint32_t compression = static_cast<uint8_t>(input.front()) % 6;
  std::string plain;
  const Status status = Unpack(compression, input.substr(1), kBytesMax, &plain);
  BELLROCK_CHECK(plain.size() <= kBytesMax + 1, "no more is made than the limit");
  if (!status.ok()) return;
  std::string packed;
  std::string again;
  BELLROCK_CHECK(Pack(static_cast<Compression>(compression), plain, &packed).ok(), "it packs");
  BELLROCK_CHECK(Unpack(compression, packed, kBytesMax, &again).ok(), "it unpacks");
  BELLROCK_CHECK(again == plain, "to what it was");
}

}  // namespace
}  // namespace bellrock::rpc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bellrock::rpc::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
