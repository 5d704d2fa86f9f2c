// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "bellrock/status.h"
#include "naming/instance.h"

// What changes a registry durably, and the bytes of it in journal and snapshot. The format is
// compact and our own (docs/naming.md): a kind byte, variable-length integers, strings with their
// length.
namespace bellrock::naming {

struct RegisterCommand {
  Spec spec;
  int64_t unix_ms = 0;
};
struct DeregisterCommand {
  std::string path;
  int64_t unix_ms = 0;
};
struct OperatorCommand {
  std::string path;
  OperatorState state;
  int64_t unix_ms = 0;
};
// The first heartbeat after a registration: initial -> working. Other state changes are not kept.
struct WorkingCommand {
  std::string path;
  int64_t unix_ms = 0;
};
using Command = std::variant<RegisterCommand, DeregisterCommand, OperatorCommand, WorkingCommand>;

std::string EncodeCommand(const Command& command);
// kDataLoss with what is wrong; bytes are whole, since the log checks them, so this means another
// format.
Result<Command> DecodeCommand(std::string_view bytes);

// Entries of a snapshot.
struct HeaderEntry {
  uint64_t revision = 0;
};
struct InstanceEntry {
  InstanceView instance;
  uint64_t applied = 0;
};
struct OperatorEntry {
  std::string path;
  OperatorState state;
};
using SnapshotEntry = std::variant<HeaderEntry, InstanceEntry, OperatorEntry>;

std::string EncodeSnapshotEntry(const SnapshotEntry& entry);
Result<SnapshotEntry> DecodeSnapshotEntry(std::string_view bytes);

}  // namespace bellrock::naming
