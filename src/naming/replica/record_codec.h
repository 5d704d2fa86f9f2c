// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "naming/replica/event_log.h"
#include "naming/wire_bytes.h"

// Records, events and vectors in the compact form in which they lie in the journal and travel
// between nodes (docs/naming.md). Decoding checks what comes in: paths, limits of texts, that an
// event holds the one word that its dot names. Errors are kInvalidArgument with field and byte.
namespace bellrock::naming::replica {

struct PathRecord {
  std::string path;
  Record record;  // empty: nothing is known of it
};

void Write(ByteWriter& out, std::string_view path, const Record& record);
PathRecord ReadRecord(ByteReader& in);
void Write(ByteWriter& out, const VersionVector& vector);
VersionVector ReadVector(ByteReader& in);
void Write(ByteWriter& out, const Dot& dot);
Dot ReadDot(ByteReader& in);

std::string EncodeRecord(std::string_view path, const Record& record);
Result<PathRecord> DecodeRecord(std::string_view bytes);

// An event is its word: the word's stamp names it.
std::string EncodeEvent(const ReplicaEvent& event);
Result<ReplicaEventPtr> DecodeEvent(std::string_view bytes);

}  // namespace bellrock::naming::replica
