// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/session_table.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_set>
#include <utility>

#include "base/check.h"
#include "metrics/bounds.h"
#include "metrics/columns.h"
#include "metrics/range_coder.h"
#include "metrics/table_builder.h"

namespace bellrock::metrics {
namespace {

constexpr std::string_view kMagic("BCT\x02", 4);
constexpr size_t kSumBytes = 4;
constexpr uint32_t kNone = kSessionNamesMax;  // no number of a name
constexpr uint64_t kU32Max = std::numeric_limits<uint32_t>::max();
constexpr size_t kOverheadBytes = 64;  // of a name in two indexes
// The two bits that a row or a bucket takes at least are never less than 1/5,900 of a byte: so few
// bytes cannot ask for more room.
constexpr size_t kPerByteMax = 8192;

// Of the coded part, which writer and reader walk alike.
struct Models {
  NumberModel key;
  NumberModel size;
  NumberModel first;
  NumberModel gap;
  NumberModel count;
};

std::string SumOf(std::string_view bytes) {
  const auto sum = static_cast<uint32_t>(XXH64(bytes.data(), bytes.size(), 0));
  std::string out;
  for (size_t i = 0; i < kSumBytes; ++i) out += static_cast<char>(sum >> 8 * i);
  return out;
}

// ---- writing

// The numbers of the row's names as bytes; `numbers` are by the names' places in the table.
void SetKey(const CardTable& table, size_t row, const std::vector<uint32_t>& numbers,
            std::string& key) {
  key.clear();
  for (const std::vector<uint32_t>& column : table.keys) {
    const uint32_t number = numbers[column[row]];
    for (int shift = 0; shift < 32; shift += 8) key += static_cast<char>(number >> shift);
  }
}

// Rows of one second, each of another key, ascending by its number.
struct Run {
  int64_t second;
  std::vector<uint32_t> rows;
};

std::vector<Run> RunsOf(const CardTable& table, const std::vector<uint32_t>& keys) {
  std::vector<uint32_t> order(table.rows());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(table.seconds[a], keys[a]) < std::pair(table.seconds[b], keys[b]);
  });
  std::vector<Run> runs;
  for (const uint32_t row : order) {
    if (runs.empty() || runs.back().second != table.seconds[row] ||
        keys[runs.back().rows.back()] == keys[row]) {
      runs.push_back({table.seconds[row], {}});
    }
    runs.back().rows.push_back(row);
  }
  return runs;
}

void WriteCard(std::span<const Card::Bucket> card, Models& models, RangeWriter& to) {
  uint32_t before = 0;
  for (const Card::Bucket& bucket : card) {
    NumberModel& model = &bucket == card.data() ? models.first : models.gap;
    model.Write(bucket.latency_us - std::exchange(before, bucket.latency_us), to);
    models.count.Write(bucket.count - 1, to);
  }
}

std::string WriteRuns(const CardTable& table, const std::vector<uint32_t>& keys,
                      const std::vector<Run>& runs) {
  Models models;
  RangeWriter to;
  for (const Run& run : runs) {
    uint32_t next = 0;
    for (const uint32_t row : run.rows) {
      models.key.Write(keys[row] - next, to);
      next = keys[row] + 1;
      models.size.Write(table.card(row).size(), to);
      WriteCard(table.card(row), models, to);
    }
  }
  return to.Finish();
}

}  // namespace

bool IsSessionTable(std::string_view bytes) {
  return bytes.starts_with(kMagic);
}

std::vector<uint32_t> SessionWriter::NameNumbers(const CardTable& table) const {
  std::vector<uint32_t> numbers;
  numbers.reserve(table.names.size());
  for (const std::string& name : table.names) {
    numbers.push_back(names_.Find(name).value_or(kNone));
  }
  return numbers;
}

CardTable SessionWriter::NewKeys(const CardTable& table) const {
  const std::vector<uint32_t> numbers = NameNumbers(table);
  std::vector<uint32_t> places(table.names.size());
  std::iota(places.begin(), places.end(), 0);
  std::unordered_set<std::string> taken;
  TableBuilder fresh(table.dimensions);
  std::vector<std::string_view> texts(table.dimensions.size());
  std::string key;
  for (size_t row = 0; row < table.rows(); ++row) {
    SetKey(table, row, numbers, key);
    if (numbers_.contains(key)) continue;
    SetKey(table, row, places, key);  // some of its names may have no numbers yet
    if (!taken.insert(key).second) continue;
    for (size_t i = 0; i < texts.size(); ++i) texts[i] = table.name(i, row);
    fresh.Add(texts, 0, {});
  }
  return fresh.Take();
}

std::vector<uint32_t> SessionWriter::KeyNumbers(const CardTable& table) const {
  const std::vector<uint32_t> numbers = NameNumbers(table);
  std::vector<uint32_t> keys;
  keys.reserve(table.rows());
  std::string key;
  for (size_t row = 0; row < table.rows(); ++row) {
    SetKey(table, row, numbers, key);
    keys.push_back(numbers_.at(key));
  }
  return keys;
}

std::optional<std::string> SessionWriter::Encode(const CardTable& table) {
  BELLROCK_CHECK(!table.dimensions.empty(), "a key has a value at least");
  const size_t known = numbers_.size();
  const CardTable fresh = NewKeys(table);
  if (known + fresh.rows() > kSessionNamesMax ||
      names_.size() + fresh.names.size() > kSessionNamesMax) {
    return std::nullopt;
  }
  const bool brings = known == 0 || fresh.rows() > 0;
  const std::string brought = brings ? EncodeTable(fresh, names_) : "";
  const std::vector<uint32_t> names = NameNumbers(fresh);
  std::string key;
  for (size_t row = 0; row < fresh.rows(); ++row) {
    SetKey(fresh, row, names, key);
    numbers_.emplace(key, static_cast<uint32_t>(numbers_.size()));
  }
  const std::vector<uint32_t> keys = KeyNumbers(table);
  const std::vector<Run> runs = RunsOf(table, keys);
  ColumnWriter to;
  to.Text(kMagic);
  to.Number(known);
  to.Number(brought.size());
  to.Text(brought);
  to.Number(runs.size());
  int64_t before = 0;
  for (const Run& run : runs) {
    to.Number(
        Zigzag(static_cast<int64_t>(static_cast<uint64_t>(run.second) -
                                    static_cast<uint64_t>(std::exchange(before, run.second)))));
    to.Number(run.rows.size());
  }
  to.Text(WriteRuns(table, keys, runs));
  std::string bytes = to.Take();
  return bytes + SumOf(bytes);
}

// ---- reading

// One table of a session, whose new keys are learnt before its rows are read.
class SessionTableReader {
 public:
  SessionTableReader(std::string_view bytes, SessionReader& session, const TableBounds& bounds)
      : reader_(bytes),
        session_(session),
        bounds_(bounds),
        most_rows_(std::min(bounds.rows_max, bytes.size() * kPerByteMax)),
        most_buckets_(std::min({bounds.buckets_max, kU32Max, bytes.size() * kPerByteMax})) {}

  Result<CardTable> Read() {
    const uint64_t known = reader_.Number("keys known", kSessionNamesMax, "begin a session");
    const uint64_t size = reader_.Number("new keys", reader_.left(), "send it again");
    const std::string_view fresh = reader_.Text("new keys", size);
    ReadRuns();
    const std::string_view coded = reader_.Text("rows", reader_.left());
    BELLROCK_TRY(reader_.Finish());
    BELLROCK_ASSIGN(keys_, session_.Learn(known, fresh, bounds_));
    table_.dimensions = session_.dimensions_;
    table_.keys.resize(table_.dimensions.size());
    numbers_.assign(session_.names_.size(), kNone);
    BELLROCK_TRY(ReadRows(coded));
    return std::move(table_);
  }

 private:
  struct Run {
    int64_t second;
    size_t rows;
  };

  void ReadRuns() {
    const size_t count = reader_.Number("runs", reader_.left(), "send fewer seconds at once");
    uint64_t second = 0, rows = 0;
    for (size_t i = 0; i < count && reader_.ok(); ++i) {
      second += static_cast<uint64_t>(Unzigzag(reader_.Number("seconds", ~uint64_t{0}, "")));
      const size_t own = reader_.Number("rows", most_rows_ - rows, "split the table");
      rows += own;
      runs_.push_back({static_cast<int64_t>(second), own});
    }
  }

  Status ReadRows(std::string_view coded) {
    RangeReader from(coded);
    for (const Run& run : runs_) {
      uint64_t next = 0;
      for (size_t i = 0; i < run.rows; ++i) {
        next += models_.key.Read(from);
        if (next >= keys_ || from.cut_off()) return WrongAt("key", next);
        AddKey(next++);
        table_.seconds.push_back(run.second);
        BELLROCK_TRY(ReadCard(from));
      }
    }
    if (from.finished()) return Status::Ok();
    return InvalidArgumentError("table: its rows are cut off, or something follows them");
  }

  // Names come into the table in the order of its keys.
  void AddKey(uint64_t key) {
    for (size_t i = 0; i < table_.keys.size(); ++i) {
      const uint32_t name = session_.parts_[key * table_.keys.size() + i];
      if (numbers_[name] == kNone) {
        numbers_[name] = static_cast<uint32_t>(table_.names.size());
        table_.names.push_back(session_.names_.at(name));
      }
      table_.keys[i].push_back(numbers_[name]);
    }
  }

  Status ReadCard(RangeReader& from) {
    const uint64_t size = models_.size.Read(from);
    if (size > most_buckets_ - table_.buckets.size()) return WrongAt("size", size);
    uint64_t latency_us = 0;
    bool continued = true;  // a repetition of the latency would be right
    for (uint64_t i = 0; i < size; ++i) {
      const uint64_t gap = (i == 0 ? models_.first : models_.gap).Read(from);
      latency_us += std::min(gap, kU32Max + 1);
      if (latency_us > kU32Max || (gap == 0 && !continued)) return WrongAt("latency", latency_us);
      const uint64_t more = models_.count.Read(from);
      if (more >= kU32Max || from.cut_off()) return WrongAt("count", more);
      continued = more + 1 == kU32Max;
      table_.buckets.push_back(
          {static_cast<uint32_t>(latency_us), static_cast<uint32_t>(more + 1)});
    }
    table_.ends.push_back(static_cast<uint32_t>(table_.buckets.size()));
    return Status::Ok();
  }

  Status WrongAt(std::string_view what, uint64_t value) const {
    return InvalidArgumentError(
        fmt::format("table: row {} has {} {}, which is cut off, out of order or beyond its bound; "
                    "begin a new session or split the table",
                    table_.ends.size(), what, value));
  }

  ColumnReader reader_;
  SessionReader& session_;
  TableBounds bounds_;
  size_t most_rows_;
  size_t most_buckets_;
  size_t keys_ = 0;  // of the session, for this table
  std::vector<Run> runs_;
  std::vector<uint32_t> numbers_;  // in the table, of the session's names
  Models models_;
  CardTable table_;
};

Result<CardTable> SessionReader::Decode(std::string_view bytes, const TableBounds& bounds) {
  const size_t names = names_.size(), parts = parts_.size();
  const auto decode = [&]() -> Result<CardTable> {
    if (!IsSessionTable(bytes)) return DecodeTable(bytes, names_, bounds);
    const std::string_view rest = bytes.substr(0, bytes.size() - std::min(bytes.size(), kSumBytes));
    if (rest.size() < kMagic.size() || bytes.substr(rest.size()) != SumOf(rest)) {
      return InvalidArgumentError("table: its checksum is wrong; send it again");
    }
    return SessionTableReader(rest.substr(kMagic.size()), *this, bounds).Read();
  };
  Result<CardTable> table = decode();
  for (size_t i = names; i < names_.size(); ++i) bytes_ += names_.at(i).size() + kOverheadBytes;
  bytes_ += (parts_.size() - parts) * sizeof parts_[0];
  return table;
}

Result<size_t> SessionReader::Learn(size_t known, std::string_view fresh,
                                    const TableBounds& bounds) {
  if (known > keys()) {
    return FailedPreconditionError(fmt::format(
        "table: counts on {} keys sent before, {} are known; begin a new session", known, keys()));
  }
  if (fresh.empty() && known > 0) return known;
  TableBounds own = bounds;
  own.buckets_max = 0;
  BELLROCK_ASSIGN(const CardTable table, DecodeTable(fresh, names_, own));
  return AddKeys(known, table);
}

// Keys of a table that comes again are there, under the same numbers.
Result<size_t> SessionReader::AddKeys(size_t known, const CardTable& fresh) {
  const auto refused = [](std::string_view why) {
    return InvalidArgumentError(fmt::format("table: new keys {}; begin a new session", why));
  };
  const size_t width = fresh.dimensions.size();
  if (width == 0) return refused("have no dimensions");
  if (!dimensions_.empty() && dimensions_ != fresh.dimensions) {
    return refused("have other dimensions than those before");
  }
  if (known + fresh.rows() > kSessionNamesMax) return refused("are too many");
  std::vector<uint32_t> parts;
  parts.reserve(fresh.rows() * width);
  for (size_t row = 0; row < fresh.rows(); ++row) {
    for (size_t i = 0; i < width; ++i) {
      const std::optional<uint32_t> number = names_.Find(fresh.name(i, row));
      if (!number) return refused("have more names than a session");
      parts.push_back(*number);
    }
  }
  const size_t again = std::min(parts_.size() - known * width, parts.size());
  const auto begin = parts_.begin() + static_cast<ptrdiff_t>(known * width);
  if (!std::equal(parts.begin(), parts.begin() + static_cast<ptrdiff_t>(again), begin)) {
    return refused("do not agree with the tables before");
  }
  dimensions_ = fresh.dimensions;
  parts_.insert(parts_.end(), parts.begin() + static_cast<ptrdiff_t>(again), parts.end());
  return known + fresh.rows();
}

}  // namespace bellrock::metrics
