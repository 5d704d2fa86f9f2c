// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Tables of cards, which come from agents and from disks. What is accepted lies within the bounds,
// every index of it leads somewhere, every card is one; and it encodes to the same again. The first
// byte says whether the rest is a packed table, columns that are packed here, or a table of a
// session without its beginning and its checksum.
#include <xxhash.h>
#include <zstd.h>

#include <string>
#include <string_view>

#include "base/check.h"
#include "metrics/card_table.h"
#include "metrics/session_table.h"
#include "metrics/table_builder.h"

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

std::string Summed(std::string_view rest) {
  std::string bytes = std::string("BCT\x02", 4) + std::string(rest);
  const uint64_t sum = XXH64(bytes.data(), bytes.size(), 0);
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(sum >> 8 * i);
  return bytes;
}

CardTable KnownKeys() {
  TableBuilder builder({Dimension::kCallee, Dimension::kResult});
  for (const std::string_view callee : {"a/a", "a/b", "a/c"}) {
    const std::string_view key[] = {callee, "OK"};
    builder.Add(key, 1, {});
  }
  return builder.Take();
}

// In a new session and in one that knows keys.
void CheckSession(const std::string& bytes) {
  static const std::string known = SessionWriter().Encode(KnownKeys()).value();
  for (const bool fresh : {true, false}) {
    SessionReader reader;
    if (!fresh) BELLROCK_CHECK(reader.Decode(known, kBounds).ok(), "keys become known");
    const Result<CardTable> table = reader.Decode(bytes, kBounds);
    if (!table.ok()) continue;
    CheckTable(*table);
    const Result<CardTable> again = reader.Decode(bytes, kBounds);
    BELLROCK_CHECK(again.ok() && *again == *table, "it may come again");
    SessionWriter writer;
    SessionReader other;
    const CardTable survived = other.Decode(writer.Encode(*table).value()).value();
    BELLROCK_CHECK(survived.rows() == table->rows(), "each row survives");
    BELLROCK_CHECK(survived.buckets.size() == table->buckets.size(), "and all of its card");
  }
}

void Check(std::string_view input) {
  if (input.empty()) return;
  if (input.front() % 4 == 1) return CheckSession(Summed(input.substr(1)));
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
