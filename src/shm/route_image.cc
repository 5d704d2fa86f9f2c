// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/route_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>

namespace bellrock::shm {
namespace {

static_assert(std::endian::native == std::endian::little, "the layout is little endian");

// As laid out in docs/spec/shm.md, "Route body".
struct BodyHeader {
  uint64_t roster_generation;
  uint32_t slots;
  uint32_t sequence;
  uint32_t text;
  uint32_t service_size;
  uint32_t protection_size;
  uint32_t plan_size;  // the last bytes of the text
};
static_assert(sizeof(BodyHeader) == 32);

struct SlotRecord {
  uint32_t slot;
  uint32_t generation;
  uint32_t static_weight;
  uint8_t availability;
  uint8_t phase;
  uint8_t level;
  uint8_t reserved;
  double dynamic_weight;
  double share;
  uint32_t text_at;  // address, path and site one behind the other
  uint16_t address_size;
  uint16_t path_size;
  uint16_t site_size;
  uint16_t reserved2;
  uint32_t reserved3;
};
static_assert(sizeof(SlotRecord) == 48);

template <typename T>
void Append(std::vector<std::byte>& out, const T* values, size_t count) {
  if (count == 0) return;
  const auto* bytes = reinterpret_cast<const std::byte*>(values);
  out.insert(out.end(), bytes, bytes + count * sizeof(T));
}

uint16_t Size16(const std::string& text) {
  return static_cast<uint16_t>(std::min<size_t>(text.size(), 65535));
}

Status Damaged(std::string_view field, uint64_t value) {
  return DataLossError(fmt::format("route body: {} is {}, out of its range", field, value));
}

// `slot_min`: behind the slot before it.
Status CheckRecord(const SlotRecord& record, uint32_t slot_min, size_t text_bytes) {
  if (record.slot < slot_min || record.slot >= kRouteSlotsMax) return Damaged("slot", record.slot);
  if (record.availability < 1 || record.availability > 3) {
    return Damaged("availability", record.availability);
  }
  if (record.phase < 1 || record.phase > 4) return Damaged("phase", record.phase);
  if (record.level > 3) return Damaged("level", record.level);
  if (!std::isfinite(record.dynamic_weight) || !std::isfinite(record.share)) {
    return Damaged("weight or share of slot", record.slot);
  }
  const uint64_t size = uint64_t{record.address_size} + record.path_size + record.site_size;
  if (record.text_at + size > text_bytes) return Damaged("text position", record.text_at);
  return Status::Ok();
}

Status CheckSequence(const RouteImage& image) {
  if (!image.sequence.empty() && !std::has_single_bit(image.sequence.size())) {
    return Damaged("sequence length", image.sequence.size());
  }
  std::vector<bool> listed(kRouteSlotsMax);
  for (const RouteSlot& slot : image.slots) listed[slot.slot] = true;
  for (uint16_t slot : image.sequence) {
    if (!listed[slot]) return Damaged("slot in the sequence", slot);
  }
  return Status::Ok();
}

}  // namespace

std::vector<std::byte> EncodeRouteImage(const RouteImage& image) {
  std::string text = image.service + image.protection;
  std::vector<SlotRecord> records;
  records.reserve(image.slots.size());
  for (const RouteSlot& slot : image.slots) {
    SlotRecord record{};
    record.slot = slot.slot;
    record.generation = slot.generation;
    record.static_weight = slot.static_weight;
    record.availability = slot.availability;
    record.phase = slot.phase;
    record.level = slot.level;
    record.dynamic_weight = slot.dynamic_weight;
    record.share = slot.share;
    record.text_at = static_cast<uint32_t>(text.size());
    record.address_size = Size16(slot.address);
    record.path_size = Size16(slot.path);
    record.site_size = Size16(slot.site);
    text.append(slot.address, 0, record.address_size);
    text.append(slot.path, 0, record.path_size);
    text.append(slot.site, 0, record.site_size);
    records.push_back(record);
  }
  text += image.plan;
  BodyHeader header{};
  header.roster_generation = image.roster_generation;
  header.slots = static_cast<uint32_t>(records.size());
  header.sequence = static_cast<uint32_t>(image.sequence.size());
  header.text = static_cast<uint32_t>(text.size());
  header.service_size = static_cast<uint32_t>(image.service.size());
  header.protection_size = static_cast<uint32_t>(image.protection.size());
  header.plan_size = static_cast<uint32_t>(image.plan.size());
  std::vector<std::byte> body;
  body.reserve(sizeof(header) + records.size() * sizeof(SlotRecord) + image.sequence.size() * 2 +
               text.size());
  Append(body, &header, 1);
  Append(body, records.data(), records.size());
  Append(body, image.sequence.data(), image.sequence.size());
  Append(body, text.data(), text.size());
  return body;
}

Result<RouteImage> DecodeRouteImage(std::span<const std::byte> body) {
  BodyHeader header{};
  if (body.size() < sizeof(header)) return Damaged("size", body.size());
  std::memcpy(&header, body.data(), sizeof(header));
  if (header.slots > kRouteSlotsMax) return Damaged("number of slots", header.slots);
  if (header.sequence > 2 * kRouteSlotsMax) return Damaged("sequence length", header.sequence);
  const size_t records_at = sizeof(header);
  const size_t sequence_at = records_at + size_t{header.slots} * sizeof(SlotRecord);
  const size_t text_at = sequence_at + size_t{header.sequence} * sizeof(uint16_t);
  if (text_at + header.text != body.size()) return Damaged("size", body.size());
  const std::string_view text(reinterpret_cast<const char*>(body.data()) + text_at, header.text);
  if (uint64_t{header.service_size} + header.protection_size + header.plan_size > text.size()) {
    return Damaged("size of the service's name", header.service_size);
  }
  RouteImage image;
  image.roster_generation = header.roster_generation;
  image.service = text.substr(0, header.service_size);
  image.protection = text.substr(header.service_size, header.protection_size);
  image.plan = text.substr(text.size() - header.plan_size);
  image.slots.reserve(header.slots);
  uint32_t slot_min = 0;
  for (size_t k = 0; k < header.slots; ++k) {
    SlotRecord record{};
    std::memcpy(&record, body.data() + records_at + k * sizeof(record), sizeof(record));
    BELLROCK_TRY(CheckRecord(record, slot_min, text.size()));
    slot_min = record.slot + 1;
    size_t at = record.text_at;
    auto take = [&](uint16_t count) {
      return std::string(text.substr(std::exchange(at, at + count), count));
    };
    RouteSlot& slot = image.slots.emplace_back();
    slot.slot = record.slot;
    slot.generation = record.generation;
    slot.static_weight = record.static_weight;
    slot.availability = record.availability;
    slot.phase = record.phase;
    slot.level = record.level;
    slot.dynamic_weight = record.dynamic_weight;
    slot.share = record.share;
    slot.address = take(record.address_size);
    slot.path = take(record.path_size);
    slot.site = take(record.site_size);
  }
  image.sequence.resize(header.sequence);
  if (header.sequence > 0) {
    std::memcpy(image.sequence.data(), body.data() + sequence_at,
                image.sequence.size() * sizeof(uint16_t));
  }
  BELLROCK_TRY(CheckSequence(image));
  return image;
}

}  // namespace bellrock::shm
