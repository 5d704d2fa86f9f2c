// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/reply_encoder.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <utility>

#include "naming/server/conversion.h"

namespace bellrock::naming::server {
namespace {

using google::protobuf::internal::WireFormatLite;

// Spreads the numbers of one batch over all bits (the multiplier of Knuth's hash).
uint64_t Mix(uint64_t hash, uint64_t number) {
  return (hash ^ number) * 0x9E3779B97F4A7C15ULL;
}

}  // namespace

void AppendEventField(const v1::Event& event, std::string& reply) {
  constexpr uint32_t kTag = WireFormatLite::MakeTag(v1::WatchReply::kEventsFieldNumber,
                                                    WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  const size_t bytes = event.ByteSizeLong();
  const size_t before = reply.size();
  const size_t head =
      WireFormatLite::UInt32Size(kTag) + WireFormatLite::UInt32Size(static_cast<uint32_t>(bytes));
  reply.resize(before + head + bytes);
  auto* to = reinterpret_cast<uint8_t*>(reply.data() + before);
  to = WireFormatLite::WriteUInt32NoTagToArray(kTag, to);
  to = WireFormatLite::WriteUInt32NoTagToArray(static_cast<uint32_t>(bytes), to);
  event.SerializeWithCachedSizesToArray(to);
}

SharedReply ReplyEncoder::Batch(const std::vector<Notice>& notices) {
  if (notices.size() > kBatchEventsKeptMax) return Make(notices);
  uint64_t hash = notices.size();
  for (const Notice& notice : notices) {
    hash = Mix(hash, notice.event->revision * 2 + (notice.removal ? 1 : 0));
  }
  KnownBatch& known = batches_[hash >> 32 & (kBatchesKept - 1)];
  if (known.reply == nullptr || known.notices != notices) {
    known.reply = Make(notices);
    known.notices = notices;
  }
  return known.reply;
}

SharedReply ReplyEncoder::Make(const std::vector<Notice>& notices) {
  ++batches_made_;
  v1::WatchReply head;
  head.set_revision(notices.back().event->revision);
  head.set_epoch(epoch_);
  std::string bytes = head.SerializeAsString();
  for (const Notice& notice : notices) bytes += FieldOf(notice);
  return SharedMessage::Of<v1::WatchReply>(std::move(bytes));
}

const std::string& ReplyEncoder::FieldOf(const Notice& notice) {
  const uint64_t number = notice.event->revision * 2 + (notice.removal ? 1 : 0);
  KnownEvent& known = events_[number & (kEventsKept - 1)];
  if (known.notice == notice) return known.field;
  ++events_encoded_;
  scratch_.Clear();
  ToWire(notice, scratch_);
  known.field.clear();
  AppendEventField(scratch_, known.field);
  known.notice = notice;
  return known.field;
}

}  // namespace bellrock::naming::server
