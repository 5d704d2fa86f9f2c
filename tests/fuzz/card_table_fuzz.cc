// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Tables of cards, which come from agents and from disks. What is accepted lies within the bounds,
// every index of it leads somewhere, every card is one; and it encodes to the same again. The first
// byte says whether the rest is a packed table or columns that are packed here.
#include <zstd.h>

#include <string>
#include <string_view>

#include "base/check.h"
#include "metrics/card_table.h"

namespace bellrock::metrics {
namespace {

constexpr TableBounds kBounds = {.rows_max = 1 << 12,
                                 .names_max = 1 << 10,
                                 .name_bytes_max = 64,
                                 .buckets_max = 1 << 14,
                                 .plain_bytes_max = 1 << 16};

std::string Packed(std::string_view columns) {
  std::string frame(ZSTD_compressBound(columns.size()), '\0');
  frame.resize(ZSTD_compress(frame.data(), frame.size(), columns.data(), columns.size(), 1));
  return std::string("BCT\x01", 4) + frame;
}

void CheckCard(std::span<const Card::Bucket> card) {
  for (size_t i = 0; i < card.size(); ++i) {
    BELLROCK_CHECK(card[i].count > 0, "a latency occurred");
    if (i == 0) continue;
    const bool goes_on = card[i].latency_us == card[i - 1].latency_us;
    BELLROCK_CHECK(
        goes_on ? card[i - 1].count == ~uint32_t{0} : card[i].latency_us > card[i - 1].latency_us,
        "latencies ascend");
  }
}

void CheckTable(const CardTable& table) {
  BELLROCK_CHECK(table.rows() <= kBounds.rows_max, "rows");
  BELLROCK_CHECK(table.names.size() <= kBounds.names_max, "names");
  BELLROCK_CHECK(table.buckets.size() <= kBounds.buckets_max, "buckets");
  BELLROCK_CHECK(table.keys.size() == table.dimensions.size(), "a column for each dimension");
  BELLROCK_CHECK(table.seconds.size() == table.rows(), "a second for each row");
  for (size_t row = 0; row < table.rows(); ++row) {
    for (size_t i = 0; i < table.keys.size(); ++i) {
      BELLROCK_CHECK(table.name(i, row).size() <= kBounds.name_bytes_max, "a name");
    }
    CheckCard(table.card(row));
  }
}

void Check(std::string_view input) {
  if (input.empty()) return;
  const std::string bytes =
      input.front() % 4 == 0 ? std::string(input.substr(1)) : Packed(input.substr(1));
  NameSession session;
  session.Add("known");
  for (NameSession* known : {static_cast<NameSession*>(nullptr), &session}) {
    const Result<CardTable> table =
        known == nullptr ? DecodeTable(bytes, kBounds) : DecodeTable(bytes, *known, kBounds);
    if (!table.ok()) continue;
    CheckTable(*table);
    BELLROCK_CHECK(DecodeTable(EncodeTable(*table)).value() == *table, "a table survives");
    if (known == nullptr) continue;
    BELLROCK_CHECK(DecodeTable(bytes, *known, kBounds).ok(), "it may come again");
  }
}

}  // namespace
}  // namespace bellrock::metrics

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bellrock::metrics::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
