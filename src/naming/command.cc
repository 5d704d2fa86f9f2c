// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/command.h"

#include <fmt/format.h>

#include <utility>

#include "naming/wire_bytes.h"

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

ByteWriter Begin(Kind kind) {
  constexpr size_t kUsualBytes = 192;
  ByteWriter out(kUsualBytes);
  out.Byte(kind);
  return out;
}

void Write(ByteWriter& out, const Spec& spec) {
  out.Text(spec.path);
  out.Text(spec.address);
  out.Varint(static_cast<uint64_t>(spec.weight));
  out.Varint(static_cast<uint64_t>(spec.lease_ms));
  out.Varint(spec.incarnation);
  out.Text(spec.traits->version);
  out.Varint(spec.traits->labels.size());
  for (const auto& [key, value] : spec.traits->labels) {
    out.Text(key);
    out.Text(value);
  }
}

void Write(ByteWriter& out, const OperatorState& state) {
  out.Varint((state.disabled ? 1 : 0) | (state.isolated ? 2 : 0));
  out.Varint(static_cast<uint64_t>(state.weight));
  out.Text(state.reason);
}

int64_t ReadTime(ByteReader& in, std::string_view field) {
  return static_cast<int64_t>(in.Varint(field));
}

Spec ReadSpec(ByteReader& in) {
  Spec spec;
  spec.path = in.Text("path");
  spec.address = in.Text("address");
  spec.weight = static_cast<int32_t>(in.Varint("weight"));
  spec.lease_ms = static_cast<int32_t>(in.Varint("lease_ms"));
  spec.incarnation = in.Varint("incarnation");
  Traits traits;
  traits.version = in.Text("version");
  for (uint64_t labels = in.Varint("labels"); labels > 0 && in.ok(); --labels) {
    std::string key = in.Text("label");
    traits.labels.emplace(std::move(key), in.Text("label's value"));
  }
  spec.traits = std::make_shared<const Traits>(std::move(traits));
  return spec;
}

OperatorState ReadOperator(ByteReader& in) {
  OperatorState state;
  const uint64_t flags = in.Varint("flags");
  state.disabled = (flags & 1) != 0;
  state.isolated = (flags & 2) != 0;
  state.weight = static_cast<int32_t>(in.Varint("weight"));
  state.reason = in.Text("reason");
  return state;
}

Status Malformed(uint8_t kind, size_t size, const ByteReader& in) {
  Status status = DataLossError(fmt::format(
      "record of kind {} with {} bytes cannot be read: was it written by another version?", kind,
      size));
  return in.ok() ? status : status.WithCause(in.Finish());
}

}  // namespace

std::string EncodeCommand(const Command& command) {
  if (const auto* reg = std::get_if<RegisterCommand>(&command)) {
    ByteWriter out = Begin(kRegister);
    Write(out, reg->spec);
    out.Varint(static_cast<uint64_t>(reg->unix_ms));
    return out.Take();
  }
  if (const auto* op = std::get_if<OperatorCommand>(&command)) {
    ByteWriter out = Begin(kOperator);
    out.Text(op->path);
    Write(out, op->state);
    out.Varint(static_cast<uint64_t>(op->unix_ms));
    return out.Take();
  }
  const auto* gone = std::get_if<DeregisterCommand>(&command);
  const auto* working = std::get_if<WorkingCommand>(&command);
  ByteWriter out = Begin(gone != nullptr ? kDeregister : kWorking);
  out.Text(gone != nullptr ? gone->path : working->path);
  out.Varint(static_cast<uint64_t>(gone != nullptr ? gone->unix_ms : working->unix_ms));
  return out.Take();
}

Result<Command> DecodeCommand(std::string_view bytes) {
  ByteReader in(bytes);
  const uint8_t kind = in.Byte("kind");
  Command command;
  if (kind == kRegister) {
    RegisterCommand reg;
    reg.spec = ReadSpec(in);
    reg.unix_ms = ReadTime(in, "unix_ms");
    command = std::move(reg);
  } else if (kind == kOperator) {
    OperatorCommand op;
    op.path = in.Text("path");
    op.state = ReadOperator(in);
    op.unix_ms = ReadTime(in, "unix_ms");
    command = std::move(op);
  } else if (kind == kDeregister || kind == kWorking) {
    std::string path = in.Text("path");
    const auto unix_ms = ReadTime(in, "unix_ms");
    if (kind == kWorking) {
      command = WorkingCommand{std::move(path), unix_ms};
    } else {
      command = DeregisterCommand{std::move(path), unix_ms};
    }
  } else {
    return Malformed(kind, bytes.size(), in);
  }
  if (!in.Finish().ok()) return Malformed(kind, bytes.size(), in);
  return command;
}

std::string EncodeSnapshotEntry(const SnapshotEntry& entry) {
  if (const auto* header = std::get_if<HeaderEntry>(&entry)) {
    ByteWriter out = Begin(kHeader);
    out.Varint(header->revision);
    return out.Take();
  }
  if (const auto* op = std::get_if<OperatorEntry>(&entry)) {
    ByteWriter out = Begin(kOperatorEntry);
    out.Text(op->path);
    Write(out, op->state);
    return out.Take();
  }
  const auto& kept = std::get<InstanceEntry>(entry);
  ByteWriter out = Begin(kInstance);
  Write(out, kept.instance.spec);
  // Unreachable is not kept: after a restart everybody has a full lease to show that he lives.
  out.Varint(kept.instance.state == State::kInitial ? 0 : 1);
  out.Varint(kept.instance.revision);
  out.Varint(static_cast<uint64_t>(kept.instance.registered_unix_ms));
  out.Varint(static_cast<uint64_t>(kept.instance.changed_unix_ms));
  out.Varint(kept.applied);
  return out.Take();
}

Result<SnapshotEntry> DecodeSnapshotEntry(std::string_view bytes) {
  ByteReader in(bytes);
  const uint8_t kind = in.Byte("kind");
  SnapshotEntry entry;
  if (kind == kHeader) {
    entry = HeaderEntry{in.Varint("revision")};
  } else if (kind == kOperatorEntry) {
    OperatorEntry op;
    op.path = in.Text("path");
    op.state = ReadOperator(in);
    entry = std::move(op);
  } else if (kind == kInstance) {
    InstanceEntry kept;
    kept.instance.spec = ReadSpec(in);
    kept.instance.state = in.Varint("state") == 0 ? State::kInitial : State::kWorking;
    kept.instance.revision = in.Varint("revision");
    kept.instance.registered_unix_ms = ReadTime(in, "registered_unix_ms");
    kept.instance.changed_unix_ms = ReadTime(in, "changed_unix_ms");
    kept.applied = in.Varint("applied");
    entry = std::move(kept);
  } else {
    return Malformed(kind, bytes.size(), in);
  }
  if (!in.Finish().ok()) return Malformed(kind, bytes.size(), in);
  return entry;
}

}  // namespace bellrock::naming
