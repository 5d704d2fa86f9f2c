// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "naming/path.h"

// What operators say about a whole service, on a subject of which naming knows nothing but its
// name: bytes, kept, merged and brought to every server as their words about instances are
// (docs/naming-replication.md). No instance is ever there: no lookup, list or watch shows them.
namespace bellrock::naming {

// In place of a name that a document does not have.
inline constexpr std::string_view kReservedName = "-";
inline constexpr std::string_view kDocumentPrefix = "/-/";
inline constexpr std::string_view kDocumentPathForm = "/-/-/{line}/{service}/-/{subject}";

struct Document {
  std::string path;
  std::string bytes;
  std::string why;
  // Of its last change, grows with each: hybrid time, so that of two that were set apart from each
  // other the later one prevails everywhere.
  uint64_t version = 0;
  int64_t changed_unix_ms = 0;
};

// When a version was made.
int64_t ChangedUnixMs(uint64_t version);
// Servers leave each other notes on subjects that end so; their changes are no news for people.
inline constexpr std::string_view kServersSubjects = "-state";
inline bool IsServersNote(std::string_view path) {
  return path.ends_with(kServersSubjects);
}
// Whether a path can only be a document's.
inline bool IsDocumentPath(std::string_view path) {
  return path.starts_with(kDocumentPrefix);
}
// kInvalidArgument names what is wrong.
Result<Path> ParseDocumentPath(std::string_view path);
// Of a service "line/service"; kInvalidArgument.
Result<std::string> DocumentPath(std::string_view service, std::string_view subject);

}  // namespace bellrock::naming
