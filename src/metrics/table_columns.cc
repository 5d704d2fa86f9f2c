// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/table_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "metrics/bounds.h"
#include "metrics/columns.h"

namespace bellrock::metrics {
namespace {

constexpr uint64_t kU32Max = std::numeric_limits<uint32_t>::max();

// ---- writing

// The new names' numbers in the session follow one another; whoever is full sends names along that
// get none.
void WriteNames(const std::vector<std::string>& names, NameSession* session, ColumnWriter& to) {
  const size_t base = session == nullptr ? 0 : session->size();
  to.Number(names.size());
  to.Number(base);
  std::vector<const std::string*> fresh;
  fresh.reserve(names.size());
  int64_t before = -1;
  const auto reference = [&](const std::string& name) {
    const std::optional<uint32_t> known = session->Find(name);
    if (!known || *known >= base) fresh.push_back(&name);
    const auto number = static_cast<int64_t>(known && *known < base ? *known : base);
    return Zigzag(number - std::exchange(before, number) - 1);
  };
  if (base > 0) {
    to.Column(names.size(), [&](size_t i) { return reference(names[i]); });
  } else {
    for (const std::string& name : names) fresh.push_back(&name);
  }
  to.Column(fresh.size(), [&](size_t i) { return fresh[i]->size(); });
  for (const std::string* name : fresh) {
    to.Text(*name);
    if (session != nullptr) session->Add(*name);
  }
}

void WriteRows(const CardTable& table, ColumnWriter& to) {
  to.Number(table.rows());
  for (const std::vector<uint32_t>& column : table.keys) {
    int64_t before = 0;
    to.Column(column.size(), [&](size_t row) {
      const auto name = static_cast<int64_t>(column[row]);
      return Zigzag(name - std::exchange(before, name));
    });
  }
  uint64_t before = 0;
  to.Column(table.rows(), [&](size_t row) {
    const auto second = static_cast<uint64_t>(table.seconds[row]);
    return Zigzag(static_cast<int64_t>(second - std::exchange(before, second)));
  });
  to.Column(table.rows(), [&](size_t row) { return table.ends[row] - table.begin(row); });
}

void WriteBuckets(const CardTable& table, ColumnWriter& to) {
  size_t row = 0;
  uint32_t before = 0;
  to.Column(table.buckets.size(), [&](size_t i) {
    for (; i == table.ends[row]; ++row) before = 0;
    const uint32_t latency_us = table.buckets[i].latency_us;
    return latency_us - std::exchange(before, latency_us);
  });
  to.Column(table.buckets.size(), [&](size_t i) { return table.buckets[i].count - 1; });
}

// ---- reading

// One that is there twice, or null. Ascending names need no search; others are found by hash, and
// by sorting if too many fall together, as only chosen ones do.
const std::string_view* FindTwiceBySort(std::vector<std::string_view> sorted,
                                        std::span<const std::string_view> names) {
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return nullptr;
  return &*std::find(names.begin(), names.end(), *twice);
}

const std::string_view* FindTwice(const std::vector<std::string_view>& names) {
  constexpr size_t kProbesMax = 64;
  const auto descent = std::adjacent_find(names.begin(), names.end(), std::greater_equal<>());
  if (descent == names.end()) return nullptr;
  const size_t mask = std::bit_ceil(2 * names.size()) - 1;
  std::vector<uint32_t> slots(mask + 1);  // one more than the name's index; 0 is free
  for (size_t i = 0; i < names.size(); ++i) {
    size_t slot = std::hash<std::string_view>()(names[i]) & mask;
    for (size_t probes = 0; slots[slot] != 0; slot = (slot + 1) & mask) {
      if (names[slots[slot] - 1] == names[i]) return &names[i];
      if (++probes == kProbesMax) return FindTwiceBySort(names, names);
    }
    slots[slot] = static_cast<uint32_t>(i + 1);
  }
  return nullptr;
}

class TableReader {
 public:
  TableReader(std::string_view plain, NameSession* session, const TableBounds& bounds)
      : reader_(plain), session_(session), bounds_(bounds) {}

  Result<CardTable> Read() {
    ReadDimensions();
    ReadNames();
    if (!missing_.ok()) return missing_;
    ReadKeys();
    ReadSizes();
    ReadBuckets();
    BELLROCK_TRY(reader_.Finish());
    BELLROCK_TRY(AddToSession());
    return std::move(table_);
  }

 private:
  void ReadDimensions() {
    const size_t count = reader_.Number("dimensions", kDimensionCount, "there are no others");
    uint32_t seen = 0;
    reader_.Column("dimensions", count, "no dimension, or there twice",
                   [&](size_t, uint64_t value) {
                     if (value >= kDimensionCount || (seen >> value & 1) != 0) return false;
                     seen |= 1u << value;
                     table_.dimensions.push_back(static_cast<Dimension>(value));
                     return true;
                   });
  }

  void ReadNames() {
    const size_t count = reader_.Number("names", std::min(bounds_.names_max, reader_.left()),
                                        "split the table; each name takes a byte at least");
    const size_t base = reader_.Number("names known", kSessionNamesMax, "begin a session");
    if (base > (session_ == nullptr ? 0 : session_->size())) {
      missing_ = FailedPreconditionError(
          fmt::format("table: counts on {} names sent before, {} are known; begin a new session",
                      base, session_ == nullptr ? 0 : session_->size()));
      return;
    }
    table_.names.resize(reader_.ok() ? count : 0);
    ReadReferences(base);
    ReadTexts();
    base_ = base;
  }

  // What is known is filled in; the others are remembered.
  void ReadReferences(size_t base) {
    fresh_.reserve(table_.names.size());
    if (base == 0) {
      for (std::string& name : table_.names) fresh_.push_back(&name);
      return;
    }
    uint64_t number = std::numeric_limits<uint64_t>::max();
    const auto what = "no number of a known name, nor the one that stands for a new name";
    reader_.Column("names known", table_.names.size(), what, [&](size_t i, uint64_t value) {
      number += 1 + static_cast<uint64_t>(Unzigzag(value));
      if (number > base) return false;
      if (number == base) {
        fresh_.push_back(&table_.names[i]);
      } else {
        table_.names[i] = session_->at(number);
      }
      return true;
    });
  }

  void ReadTexts() {
    std::vector<uint32_t> sizes(fresh_.size());
    reader_.Column("names", sizes.size(), "too many bytes; shorten the name",
                   [&](size_t i, uint64_t value) {
                     sizes[i] = static_cast<uint32_t>(value);
                     return value <= bounds_.name_bytes_max && value <= kU32Max;
                   });
    for (size_t i = 0; i < sizes.size() && reader_.ok(); ++i) {
      *fresh_[i] = reader_.Text("names", sizes[i]);
    }
    if (reader_.ok()) CheckNames();
  }

  void ReadKeys() {
    // A row takes a byte in each column at least, so that few bytes cannot ask for much room.
    const size_t columns = table_.dimensions.size() + 2;
    rows_ = reader_.Number("rows", std::min(bounds_.rows_max, reader_.left() / columns),
                           "split the table; each column of a row takes a byte at least");
    table_.keys.resize(table_.dimensions.size());
    for (size_t i = 0; i < table_.keys.size() && reader_.ok(); ++i) ReadKey(i);
    table_.seconds.resize(rows_);
    uint64_t second = 0;
    reader_.Column("seconds", rows_, "", [&](size_t row, uint64_t value) {
      second += static_cast<uint64_t>(Unzigzag(value));
      table_.seconds[row] = static_cast<int64_t>(second);
      return true;
    });
  }

  void ReadKey(size_t dimension) {
    std::vector<uint32_t>& column = table_.keys[dimension];
    column.resize(rows_);
    uint32_t* to = column.data();
    const uint64_t names = table_.names.size();
    uint64_t name = 0;
    reader_.Column(DimensionName(table_.dimensions[dimension]), rows_,
                   "leads to no name of the table", [&](size_t row, uint64_t value) {
                     name += static_cast<uint64_t>(Unzigzag(value));
                     to[row] = static_cast<uint32_t>(name);
                     return name < names;
                   });
  }

  void ReadSizes() {
    table_.ends.resize(rows_);
    const size_t most = std::min({bounds_.buckets_max, kU32Max, reader_.left()});
    uint64_t end = 0;
    reader_.Column("sizes", rows_, "more buckets than follow, or than a table may have; split it",
                   [&](size_t row, uint64_t value) {
                     if (value > most || (end += value) > most) return false;
                     table_.ends[row] = static_cast<uint32_t>(end);
                     return true;
                   });
    if (2 * end > reader_.left()) {
      reader_.Fail(fmt::format("sizes are {} buckets, and {} bytes follow", end, reader_.left()));
    }
    table_.buckets.resize(reader_.ok() ? end : 0);
  }

  void ReadBuckets() {
    if (!reader_.ok()) return;
    ReadGaps();
    Card::Bucket* to = table_.buckets.data();
    reader_.Column("counts", table_.buckets.size(), "beyond 32 bits; continue in another bucket",
                   [&](size_t i, uint64_t value) {
                     to[i].count = static_cast<uint32_t>(value + 1);
                     return value < kU32Max;
                   });
    if (reader_.ok()) CheckContinued();
  }

  void ReadGaps() {
    Card::Bucket* to = table_.buckets.data();
    for (size_t row = 0; row < rows_ && reader_.ok(); ++row) {
      uint64_t latency_us = 0;
      const uint32_t begin = table_.begin(row);
      reader_.Column("gaps", table_.ends[row] - begin, "the latency exceeds 32 bits; cap it there",
                     [&](size_t i, uint64_t value) {
                       latency_us += std::min(value, kU32Max + 1);
                       to[begin + i].latency_us = static_cast<uint32_t>(latency_us);
                       return latency_us <= kU32Max;
                     });
    }
  }

  // A full count goes on in a bucket of the same latency; any other repetition is a mistake.
  void CheckContinued() {
    for (size_t row = 0; row < rows_; ++row) {
      for (size_t i = table_.begin(row) + 1; i < table_.ends[row]; ++i) {
        const Card::Bucket& before = table_.buckets[i - 1];
        if (before.latency_us == table_.buckets[i].latency_us && before.count != kU32Max) {
          return reader_.Fail(fmt::format(
              "gaps[{}] of row {} is 0 after a count of {}; send distinct latencies, ascending",
              i - table_.begin(row), row, before.count));
        }
      }
    }
  }

  void CheckNames() {
    const std::vector<std::string_view> names(table_.names.begin(), table_.names.end());
    if (const std::string_view* twice = FindTwice(names)) {
      reader_.Fail(fmt::format("names have \"{}\" twice; give each value once", *twice));
    }
  }

  // A table that comes again finds its names there, under the same numbers.
  Status AddToSession() {
    if (session_ == nullptr) return Status::Ok();
    for (size_t i = 0; i < fresh_.size(); ++i) {
      const std::optional<uint32_t> number = session_->Find(*fresh_[i]);
      const bool again = base_ + i < session_->size();
      if (number.has_value() == again && (!again || *number == base_ + i)) continue;
      return InvalidArgumentError(fmt::format(
          "table: names give number {} to \"{}\", which does not agree with the tables before; "
          "begin a new session",
          base_ + i, *fresh_[i]));
    }
    for (size_t i = session_->size() - base_; i < fresh_.size(); ++i) session_->Add(*fresh_[i]);
    return Status::Ok();
  }

  ColumnReader reader_;
  NameSession* session_;
  TableBounds bounds_;
  CardTable table_;
  std::vector<std::string*> fresh_;
  size_t base_ = 0;
  size_t rows_ = 0;
  Status missing_;
};

}  // namespace

std::string WriteColumns(const CardTable& table, NameSession* session) {
  ColumnWriter to;
  to.Number(table.dimensions.size());
  to.Column(table.dimensions.size(),
            [&](size_t i) { return static_cast<uint64_t>(table.dimensions[i]); });
  WriteNames(table.names, session, to);
  WriteRows(table, to);
  WriteBuckets(table, to);
  return to.Take();
}

Result<CardTable> ReadColumns(std::string_view plain, NameSession* session,
                              const TableBounds& bounds) {
  return TableReader(plain, session, bounds).Read();
}

}  // namespace bellrock::metrics
