// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/document.h"

#include <fmt/format.h>

#include "naming/replica/stamp.h"

namespace bellrock::naming {

Result<Path> ParseDocumentPath(std::string_view text) {
  BELLROCK_ASSIGN(Path path, Path::ParseInstance(text));
  const bool reserved = path.component(0) == kReservedName && path.component(1) == kReservedName &&
                        path.component(4) == kReservedName;
  if (reserved) return path;
  return InvalidArgumentError(
      fmt::format("path {}: is not a document's: use {}", path.text(), kDocumentPathForm));
}

int64_t ChangedUnixMs(uint64_t version) {
  return replica::Hlc{version}.unix_ms();
}

Result<std::string> DocumentPath(std::string_view service, std::string_view subject) {
  BELLROCK_ASSIGN(const Target target, Target::Parse(service));
  if (!target.is_service) {
    return InvalidArgumentError(
        fmt::format("service \"{}\": use \"line/service\", as in music/storage", service));
  }
  BELLROCK_ASSIGN(const Path path,
                  ParseDocumentPath(fmt::format("/-/-/{}/-/{}", target.key, subject)));
  return path.text();
}

}  // namespace bellrock::naming
