// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/store_house_for_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace bellrock::metrics::store {

void StoreContract::WithStore(const std::function<void(StoreHouse&, Store&)>& body) {
  const Status ran = fiber::RunOn(loops_.loop(0), [&] {
    const std::unique_ptr<StoreHouse> house = GetParam()();
    ASSERT_NE(house, nullptr);
    body(*house, house->store());
  });
  ASSERT_TRUE(ran.ok()) << ran.ToString();
}

Shelf MinutesOf(const std::string& callee, const std::string& set) {
  return {Grain::kMinute, set, callee};
}

Block BlockOf(const Shelf& shelf, int64_t window, const std::vector<CallsOf>& calls) {
  std::map<std::string, std::map<uint32_t, uint32_t>> rows;
  for (const CallsOf& of : calls) rows[of.result][of.latency_us] += of.count;
  Block block{shelf, window, {}};
  CardTable& table = block.table;
  table.dimensions = {Dimension::kCallee, Dimension::kResult};
  table.names = {shelf.callee};
  table.keys.resize(2);
  for (const auto& [result, card] : rows) {
    table.keys[0].push_back(0);
    table.keys[1].push_back(static_cast<uint32_t>(table.names.size()));
    table.names.push_back(result);
    table.seconds.push_back(window);
    for (const auto& [latency_us, count] : card) table.buckets.push_back({latency_us, count});
    table.ends.push_back(static_cast<uint32_t>(table.buckets.size()));
  }
  return block;
}

std::string TextOf(const Block& block) {
  std::vector<std::string> rows;
  const CardTable& table = block.table;
  for (size_t row = 0; row < table.rows(); ++row) {
    std::string text = table.seconds[row] == block.window ? "" : "(of another window)";
    for (const auto& column : table.keys) {
      text += fmt::format("{}{}", text.empty() ? "" : ",", table.names[column[row]]);
    }
    for (const Card::Bucket& bucket : table.card(row)) {
      text += fmt::format(":{}x{}", bucket.latency_us, bucket.count);
    }
    rows.push_back(text);
  }
  std::sort(rows.begin(), rows.end());
  return fmt::format("{} {}", block.window, fmt::join(rows, " "));
}

std::vector<std::string> ScanTexts(Store& store, const Shelf& shelf, int64_t from, int64_t to) {
  std::vector<std::string> texts;
  const Status scanned = store.Scan(shelf, from, to, [&](const Block& block) {
    EXPECT_EQ(block.shelf, shelf);
    texts.push_back(TextOf(block));
    return true;
  });
  if (!scanned.ok()) texts.push_back(scanned.ToString());
  return texts;
}

}  // namespace bellrock::metrics::store
