// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// A log file that a crash or a bad disk went over: the scan returns a prefix of what was written,
// or says that the file is damaged; never anything else, and never a silent gap.
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "fuzz_input.h"
#include "store/record_format.h"

namespace bellrock::store {
namespace {

class BytesAsFile : public fiber::File {
 public:
  explicit BytesAsFile(std::string bytes) : bytes_(std::move(bytes)) {}

  Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> buffer) override {
    if (offset >= bytes_.size()) return size_t{0};
    const size_t count = std::min<size_t>(buffer.size(), bytes_.size() - offset);
    std::memcpy(buffer.data(), bytes_.data() + offset, count);
    return count;
  }
  Status Append(std::span<const std::byte>) override { return UnimplementedError("read only"); }
  Status Sync() override { return Status::Ok(); }
  Status Truncate(uint64_t) override { return UnimplementedError("read only"); }
  Result<uint64_t> Size() override { return uint64_t{bytes_.size()}; }

 private:
  const std::string bytes_;
};

struct Written {
  uint64_t first_sequence = 1;
  std::string bytes;
  std::vector<std::string> payloads;
  std::vector<size_t> ends;  // of each record
  size_t last_group = 0;     // where it begins
};

Written WriteGroups(fuzz::Input& input) {
  constexpr int kRecordsMax = 40;
  Written written;
  written.first_sequence = 1 + input.Byte();
  const int records = input.Byte() % kRecordsMax;
  uint32_t place = 0;
  for (int i = 0; i < records; ++i) {
    const uint8_t choice = input.Byte();
    if ((choice & 3) == 0) place = 0;
    if (place == 0) written.last_group = written.bytes.size();
    written.payloads.push_back(input.Bytes(choice >> 2));
    AppendRecord(written.bytes, written.first_sequence + static_cast<uint64_t>(i), place++,
                 written.payloads.back());
    written.ends.push_back(written.bytes.size());
  }
  return written;
}

// Returns the first byte that differs from what was written.
size_t Damage(fuzz::Input& input, std::string& bytes) {
  constexpr int kChangesMax = 4;
  const std::string before = bytes;
  for (int i = input.Byte() % kChangesMax; i > 0; --i) {
    const size_t at = bytes.empty() ? 0 : input.Short() % bytes.size();
    switch (input.Byte() % 3) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        if (!bytes.empty()) bytes[at] = static_cast<char>(input.Byte());
        break;
      default:
        bytes.replace(at, input.Byte(), input.Bytes(input.Byte()));
        break;
    }
  }
  size_t same = 0;
  while (same < std::min(before.size(), bytes.size()) && before[same] == bytes[same]) ++same;
  return same;
}

void CheckScan(const Written& written, const std::string& bytes, size_t same, bool may_be_torn) {
  BytesAsFile file(bytes);
  std::vector<std::string> seen;
  const auto visit = [&](uint64_t sequence, std::string_view payload) {
    BELLROCK_CHECK(sequence == written.first_sequence + seen.size(), "no record is left out");
    seen.emplace_back(payload);
    return Status::Ok();
  };
  const auto scan = ScanRecords(file, "file", written.first_sequence, may_be_torn, visit);
  size_t whole = 0;
  while (whole < written.ends.size() && written.ends[whole] <= same) ++whole;
  BELLROCK_CHECK(seen.size() >= whole, "records before the damage are read");
  for (size_t i = 0; i < whole; ++i) {
    BELLROCK_CHECK(seen[i] == written.payloads[i], "a record is what was written");
  }
  // A change may write a whole record anew with its checksum; only short of that more can be said.
  if (bytes == written.bytes) {
    BELLROCK_CHECK(scan.ok() && scan->torn_bytes == 0, "an undamaged file is whole");
    return;
  }
  if (!scan.ok()) {
    BELLROCK_CHECK(scan.status().code() == StatusCode::kDataLoss, "damage is kDataLoss");
    BELLROCK_CHECK(!may_be_torn || same < written.last_group || bytes.size() > same,
                   "a file that only lost its end is not damaged");
    return;
  }
  BELLROCK_CHECK(scan->good_bytes + scan->torn_bytes == bytes.size(), "every byte is judged");
  BELLROCK_CHECK(scan->next_sequence == written.first_sequence + seen.size(), "it counts right");
  BELLROCK_CHECK(may_be_torn || scan->torn_bytes == 0, "only the last file may be torn");
}

}  // namespace
}  // namespace bellrock::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bellrock::fuzz::Input input(data, size);
  const bellrock::store::Written written = bellrock::store::WriteGroups(input);
  std::string bytes = written.bytes;
  const size_t same = bellrock::store::Damage(input, bytes);
  bellrock::store::CheckScan(written, bytes, same, /*may_be_torn=*/true);
  bellrock::store::CheckScan(written, bytes, same, /*may_be_torn=*/false);
  return 0;
}
