// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/command.h"

#include <fmt/format.h>

#include <utility>

namespace bellrock::naming {
namespace {

enum Kind : uint8_t {
  kRegister = 1,
  kDeregister = 2,
  kOperator = 3,
  kWorking = 4,
  kHeader = 16,
  kInstance = 17,
  kOperatorEntry = 18,
};

class Encoder {
 public:
  explicit Encoder(Kind kind) : bytes_(1, static_cast<char>(kind)) {}

  void Number(uint64_t value) {
    while (value >= 0x80) {
      bytes_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    bytes_.push_back(static_cast<char>(value));
  }
  void Text(std::string_view text) {
    Number(text.size());
    bytes_.append(text);
  }
  void Of(const Spec& spec) {
    Text(spec.path);
    Text(spec.address);
    Number(static_cast<uint64_t>(spec.weight));
    Number(static_cast<uint64_t>(spec.lease_ms));
    Number(spec.incarnation);
    Text(spec.traits->version);
    Number(spec.traits->labels.size());
    for (const auto& [key, value] : spec.traits->labels) {
      Text(key);
      Text(value);
    }
  }
  void Of(const OperatorState& state) {
    Number((state.disabled ? 1 : 0) | (state.isolated ? 2 : 0));
    Number(static_cast<uint64_t>(state.weight));
    Text(state.reason);
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what Encoder wrote. After the first failure everything reads as zero; ask ok() at the end.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  uint8_t Byte() {
    if (rest_.empty()) return Fail();
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  uint64_t Number() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return Fail();
  }
  std::string Text() {
    const uint64_t size = Number();
    if (size > rest_.size()) {
      Fail();
      return "";
    }
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  Spec OfSpec() {
    Spec spec;
    spec.path = Text();
    spec.address = Text();
    spec.weight = static_cast<int32_t>(Number());
    spec.lease_ms = static_cast<int32_t>(Number());
    spec.incarnation = Number();
    Traits traits;
    traits.version = Text();
    for (uint64_t labels = Number(); labels > 0 && ok_; --labels) {
      std::string key = Text();
      traits.labels.emplace(std::move(key), Text());
    }
    spec.traits = std::make_shared<const Traits>(std::move(traits));
    return spec;
  }
  OperatorState OfOperator() {
    OperatorState state;
    const uint64_t flags = Number();
    state.disabled = (flags & 1) != 0;
    state.isolated = (flags & 2) != 0;
    state.weight = static_cast<int32_t>(Number());
    state.reason = Text();
    return state;
  }
  bool ok() const { return ok_ && rest_.empty(); }

 private:
  uint8_t Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

Status Malformed(uint8_t kind, size_t size) {
  return DataLossError(fmt::format(
      "record of kind {} with {} bytes cannot be read: was it written by another version?", kind,
      size));
}

}  // namespace

std::string EncodeCommand(const Command& command) {
  if (const auto* reg = std::get_if<RegisterCommand>(&command)) {
    Encoder out(kRegister);
    out.Of(reg->spec);
    out.Number(static_cast<uint64_t>(reg->unix_ms));
    return out.Take();
  }
  if (const auto* op = std::get_if<OperatorCommand>(&command)) {
    Encoder out(kOperator);
    out.Text(op->path);
    out.Of(op->state);
    out.Number(static_cast<uint64_t>(op->unix_ms));
    return out.Take();
  }
  const auto* gone = std::get_if<DeregisterCommand>(&command);
  const auto* working = std::get_if<WorkingCommand>(&command);
  Encoder out(gone != nullptr ? kDeregister : kWorking);
  out.Text(gone != nullptr ? gone->path : working->path);
  out.Number(static_cast<uint64_t>(gone != nullptr ? gone->unix_ms : working->unix_ms));
  return out.Take();
}

Result<Command> DecodeCommand(std::string_view bytes) {
  Decoder in(bytes);
  const uint8_t kind = in.Byte();
  Command command;
  if (kind == kRegister) {
    RegisterCommand reg;
    reg.spec = in.OfSpec();
    reg.unix_ms = static_cast<int64_t>(in.Number());
    command = std::move(reg);
  } else if (kind == kOperator) {
    OperatorCommand op;
    op.path = in.Text();
    op.state = in.OfOperator();
    op.unix_ms = static_cast<int64_t>(in.Number());
    command = std::move(op);
  } else if (kind == kDeregister || kind == kWorking) {
    std::string path = in.Text();
    const auto unix_ms = static_cast<int64_t>(in.Number());
    if (kind == kWorking) {
      command = WorkingCommand{std::move(path), unix_ms};
    } else {
      command = DeregisterCommand{std::move(path), unix_ms};
    }
  } else {
    return Malformed(kind, bytes.size());
  }
  if (!in.ok()) return Malformed(kind, bytes.size());
  return command;
}

std::string EncodeSnapshotEntry(const SnapshotEntry& entry) {
  if (const auto* header = std::get_if<HeaderEntry>(&entry)) {
    Encoder out(kHeader);
    out.Number(header->revision);
    return out.Take();
  }
  if (const auto* op = std::get_if<OperatorEntry>(&entry)) {
    Encoder out(kOperatorEntry);
    out.Text(op->path);
    out.Of(op->state);
    return out.Take();
  }
  const auto& kept = std::get<InstanceEntry>(entry);
  Encoder out(kInstance);
  out.Of(kept.instance.spec);
  // Unreachable is not kept: after a restart everybody has a full lease to show that he lives.
  out.Number(kept.instance.state == State::kInitial ? 0 : 1);
  out.Number(kept.instance.revision);
  out.Number(static_cast<uint64_t>(kept.instance.registered_unix_ms));
  out.Number(static_cast<uint64_t>(kept.instance.changed_unix_ms));
  out.Number(kept.applied);
  return out.Take();
}

Result<SnapshotEntry> DecodeSnapshotEntry(std::string_view bytes) {
  Decoder in(bytes);
  const uint8_t kind = in.Byte();
  SnapshotEntry entry;
  if (kind == kHeader) {
    entry = HeaderEntry{in.Number()};
  } else if (kind == kOperatorEntry) {
    OperatorEntry op;
    op.path = in.Text();
    op.state = in.OfOperator();
    entry = std::move(op);
  } else if (kind == kInstance) {
    InstanceEntry kept;
    kept.instance.spec = in.OfSpec();
    kept.instance.state = in.Number() == 0 ? State::kInitial : State::kWorking;
    kept.instance.revision = in.Number();
    kept.instance.registered_unix_ms = static_cast<int64_t>(in.Number());
    kept.instance.changed_unix_ms = static_cast<int64_t>(in.Number());
    kept.applied = in.Number();
    entry = std::move(kept);
  } else {
    return Malformed(kind, bytes.size());
  }
  if (!in.ok()) return Malformed(kind, bytes.size());
  return entry;
}

}  // namespace bellrock::naming
