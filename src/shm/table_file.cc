// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/table_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace bellrock::shm {
namespace {

// Offsets of docs/spec/shm.md, "Table file".
constexpr uint64_t kMagic = 0x4c42415452434c42;  // "BLCRTABL"
constexpr uint32_t kVersion = 1;
constexpr size_t kMagicAt = 0;
constexpr size_t kVersionAt = 8;
constexpr size_t kSupersededAt = 12;
constexpr size_t kBodyBytesAt = 16;
constexpr size_t kIdentityAt = 24;
constexpr size_t kHeartbeatAt = 64;    // a cache line of its own: written each tick
constexpr size_t kGenerationAt = 128;  // and this one is read at each poll
constexpr size_t kBuffersAt = 192;
// Before each body.
constexpr size_t kBodyGenerationAt = 0;
constexpr size_t kBodySizeAt = 8;
constexpr size_t kBodyChecksumAt = 16;
constexpr size_t kBodyAt = 24;

constexpr int kReadAttempts = 8;

size_t RoundUp(size_t bytes) {
  return (bytes + 63) / 64 * 64;
}
size_t BufferBytes(size_t body_bytes) {
  return RoundUp(kBodyAt + body_bytes);
}
size_t BufferAt(uint64_t generation, size_t body_bytes) {
  return kBuffersAt + (generation & 1) * BufferBytes(body_bytes);
}

Status CheckHeader(const MappedFile& file) {
  if (file.Word64(kMagicAt).load(std::memory_order_acquire) != kMagic) {
    return DataLossError(file.path() + " is no Bellrock table file (wrong magic)");
  }
  const uint32_t version = file.Word32(kVersionAt).load(std::memory_order_relaxed);
  if (version != kVersion) {
    return UnimplementedError(fmt::format(
        "{} has table version {}, this program reads version {}; run agent and SDK of one release",
        file.path(), version, kVersion));
  }
  const uint64_t body_bytes = file.Word64(kBodyBytesAt).load(std::memory_order_relaxed);
  if (body_bytes > kTableBodyMax || body_bytes % 8 != 0 ||
      kBuffersAt + 2 * BufferBytes(body_bytes) > file.size()) {
    return DataLossError(
        fmt::format("{} says it holds bodies of {} bytes but has {} bytes: truncated", file.path(),
                    body_bytes, file.size()));
  }
  return Status::Ok();
}

// Readers of a former file must learn that it is history. Best effort: a broken one has no readers.
void SupersedeFormer(MappedFile& former) {
  if (former.mapped() && CheckHeader(former).ok()) {
    former.Word32(kSupersededAt).store(1, std::memory_order_release);
  }
}

}  // namespace

Result<TablePublisher> TablePublisher::Create(const std::string& path, size_t body_bytes,
                                              Time now) {
  body_bytes = RoundUp(body_bytes);
  if (body_bytes > kTableBodyMax) {
    return ResourceExhaustedError(fmt::format("table body of {} bytes for {}: more than {}",
                                              body_bytes, path, kTableBodyMax));
  }
  TablePublisher publisher;
  BELLROCK_ASSIGN(publisher.file_,
                  MappedFile::Create(path, kBuffersAt + 2 * BufferBytes(body_bytes)));
  publisher.body_bytes_ = body_bytes;
  const MappedFile& file = publisher.file_;
  file.Word32(kVersionAt).store(kVersion, std::memory_order_relaxed);
  file.Word64(kBodyBytesAt).store(body_bytes, std::memory_order_relaxed);
  static std::atomic<uint64_t> made{0};
  const uint64_t making[] = {ProcessId(), static_cast<uint64_t>(now.time_since_epoch().count()),
                             made.fetch_add(1)};
  file.Word64(kIdentityAt).store(Checksum(making, sizeof(making)), std::memory_order_relaxed);
  publisher.Beat(now);
  file.Word64(kMagicAt).store(kMagic, std::memory_order_release);

  MappedFile former;
  if (auto opened = MappedFile::Open(path, MappedFile::Access::kReadWrite, kBuffersAt);
      opened.ok()) {
    former = std::move(*opened);
  }
  BELLROCK_TRY(publisher.file_.Appear());
  SupersedeFormer(former);
  return publisher;
}

Status TablePublisher::Publish(std::span<const std::byte> body) {
  if (body.size() > body_bytes_) {
    return ResourceExhaustedError(fmt::format("table body of {} bytes; {} holds at most {}",
                                              body.size(), file_.path(), body_bytes_));
  }
  const uint64_t generation = generation_ + 1;
  const size_t buffer = BufferAt(generation, body_bytes_);
  // Release stores: none of them may be seen before the announcement of the generation before,
  // which sent readers to the other buffer.
  file_.Word64(buffer + kBodyGenerationAt).store(generation, std::memory_order_release);
  file_.Word64(buffer + kBodySizeAt).store(body.size(), std::memory_order_release);
  file_.Word64(buffer + kBodyChecksumAt)
      .store(Checksum(body.data(), body.size()), std::memory_order_release);
  for (size_t at = 0; at < body.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, body.data() + at, std::min<size_t>(8, body.size() - at));
    file_.Word64(buffer + kBodyAt + at).store(word, std::memory_order_release);
  }
  file_.Word64(kGenerationAt).store(generation, std::memory_order_release);
  generation_ = generation;
  return Status::Ok();
}

void TablePublisher::Beat(Time now) {
  file_.Word64(kHeartbeatAt)
      .store(static_cast<uint64_t>(now.time_since_epoch().count()), std::memory_order_release);
}

Result<TableReader> TableReader::Open(const std::string& path) {
  TableReader reader;
  BELLROCK_ASSIGN(reader.file_, MappedFile::Open(path, MappedFile::Access::kRead, kBuffersAt));
  BELLROCK_TRY(CheckHeader(reader.file_));
  reader.body_bytes_ = reader.file_.Word64(kBodyBytesAt).load(std::memory_order_relaxed);
  return reader;
}

uint64_t TableReader::generation() const {
  return file_.Word64(kGenerationAt).load(std::memory_order_acquire);
}

Result<std::vector<std::byte>> TableReader::Read(uint64_t& generation) const {
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    const uint64_t announced = this->generation();
    if (announced == 0) return NotFoundError(file_.path() + " holds no table yet");
    const size_t buffer = BufferAt(announced, body_bytes_);
    const uint64_t size = file_.Word64(buffer + kBodySizeAt).load(std::memory_order_acquire);
    const uint64_t sum = file_.Word64(buffer + kBodyChecksumAt).load(std::memory_order_acquire);
    const uint64_t written =
        file_.Word64(buffer + kBodyGenerationAt).load(std::memory_order_acquire);
    if (size <= body_bytes_ && written == announced) {
      std::vector<std::byte> body(size);
      for (size_t at = 0; at < size; at += 8) {
        const uint64_t word = file_.Word64(buffer + kBodyAt + at).load(std::memory_order_acquire);
        std::memcpy(body.data() + at, &word, std::min<size_t>(8, size - at));
      }
      // The writer touches this buffer again only after it has announced the next generation.
      if (this->generation() != announced) continue;
      if (Checksum(body.data(), body.size()) != sum) {
        return DataLossError(
            fmt::format("{}: checksum of generation {} does not hold", file_.path(), announced));
      }
      generation = announced;
      return body;
    }
    if (this->generation() == announced) {
      return DataLossError(fmt::format("{}: buffer of generation {} is damaged (size {})",
                                       file_.path(), announced, size));
    }
  }
  return UnavailableError(file_.path() + ": the writer is faster than this reader; try later");
}

Time TableReader::heartbeat() const {
  return Time{
      Duration{static_cast<int64_t>(file_.Word64(kHeartbeatAt).load(std::memory_order_acquire))}};
}

uint64_t TableReader::identity() const {
  return file_.Word64(kIdentityAt).load(std::memory_order_relaxed);
}

bool TableReader::superseded() const {
  return file_.Word32(kSupersededAt).load(std::memory_order_acquire) != 0;
}

}  // namespace bellrock::shm
