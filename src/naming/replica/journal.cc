// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/journal.h"

#include <fmt/format.h>

#include <boost/unordered/unordered_flat_set.hpp>
#include <string_view>
#include <utility>

#include "naming/replica/record_codec.h"
#include "naming/wire_bytes.h"

namespace bellrock::naming::replica {
namespace {

enum Kind : uint8_t { kUnit = 32, kHead = 33, kRecord = 34 };
// What a change in a unit consists of.
enum Part : uint8_t { kEnd = 0, kPartRecord = 1, kPartSeen = 2, kPartAdopted = 4 };

Status Foreign(std::string_view what, const Status& cause) {
  return DataLossError(fmt::format("{} cannot be read: was it written by another version?", what))
      .WithCause(cause);
}

uint8_t PartsOf(const Change& change, bool record) {
  return (record ? kPartRecord : 0) | (change.seen.sequence != 0 ? kPartSeen : 0) |
         (change.adopted != nullptr ? kPartAdopted : 0);
}

}  // namespace

uint64_t Journal::Collect(Replica& replica) {
  replica.TakeChanges([&](Change&& change) { waiting_.push_back(std::move(change)); });
  return collected();
}

std::string Journal::NextUnit(const Replica& replica) {
  ByteWriter out(kUnitBytesMax / 8);
  out.Byte(kUnit);
  boost::unordered_flat_set<std::string_view> written;
  in_unit_ = 0;
  while (in_unit_ < waiting_.size() && out.bytes().size() < kUnitBytesMax) {
    const Change& change = waiting_[in_unit_++];
    const bool record = !change.path.empty() && written.insert(change.path).second;
    const uint8_t parts = PartsOf(change, record);
    if (parts == kEnd) continue;
    out.Byte(parts);
    if (record) Write(out, change.path, replica.table().Find(change.path));
    if (change.seen.sequence != 0) Write(out, change.seen);
    if (change.adopted != nullptr) Write(out, *change.adopted);
  }
  out.Byte(kEnd);
  return out.Take();
}

void Journal::Written() {
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(in_unit_));
  taken_ += in_unit_;
  in_unit_ = 0;
}

void Journal::Discard() {
  taken_ += waiting_.size();
  waiting_.clear();
}

Status Recovery::OnSnapshotEntry(std::string_view bytes, const Moment& at) {
  ByteReader in(bytes);
  const uint8_t kind = in.Byte("kind");
  if (kind == kHead) {
    seen_.Join(ReadVector(in));
  } else if (kind == kRecord) {
    const PathRecord read = ReadRecord(in);
    if (in.ok()) replica_.Restore(read.path, read.record, at);
  } else {
    in.Fail("kind", fmt::format("is {}", kind));
  }
  const Status read = in.Finish();
  return read.ok() ? read : Foreign("an entry of the snapshot", read);
}

Status Recovery::OnUnit(std::string_view bytes, const Moment& at) {
  ByteReader in(bytes);
  if (in.Byte("kind") != kUnit) in.Fail("kind", "is none of this version");
  while (in.ok()) {
    const uint8_t parts = in.Byte("parts");
    if (parts == kEnd) break;
    if ((parts & kPartRecord) != 0) {
      const PathRecord read = ReadRecord(in);
      if (in.ok()) replica_.Restore(read.path, read.record, at);
    }
    if ((parts & kPartSeen) != 0) seen_.Raise(ReadDot(in));
    if ((parts & kPartAdopted) != 0) seen_.Join(ReadVector(in));
  }
  const Status read = in.Finish();
  return read.ok() ? read : Foreign("a record of the journal", read);
}

bool SnapshotCursor::Next(const Replica& replica, size_t entries_max,
                          std::vector<std::string>& out) {
  const auto entry = [&](const std::string& path, const Record& record) {
    ByteWriter bytes;
    bytes.Byte(kRecord);
    Write(bytes, path, record);
    out.push_back(bytes.Take());
  };
  if (!begun_) {
    begun_ = true;
    ByteWriter head;
    head.Byte(kHead);
    Write(head, replica.seen());
    out.push_back(head.Take());
    replica.table().ForEachOther([&](const std::string& path, const Record& record) {
      entry(path, record);
      return true;
    });
  }
  return replica.table().ForEachInstance(after_,
                                         [&](const std::string& path, const Record& record) {
                                           if (out.size() >= entries_max) return false;
                                           entry(path, record);
                                           after_ = path;
                                           return true;
                                         });
}

}  // namespace bellrock::naming::replica
