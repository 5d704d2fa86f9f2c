// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"

namespace google::protobuf {
class FileDescriptor;
}

namespace bellrock::rpc {

// What is known of the services a server serves: their files and all that these import, out of the
// descriptors that are compiled into the program; nothing else of it is shown. Immutable once
// filled.
class ReflectionIndex {
 public:
  void AddService(std::string_view full_name);

  // Full names, sorted.
  const std::vector<std::string>& services() const { return services_; }
  // Serialised file descriptors, each after what it imports. kNotFound names what was asked for.
  using Files = std::vector<std::string>;
  Result<Files> FileByName(const std::string& name) const;
  // A message, field, enum, service or method by its full name.
  Result<Files> FileOfSymbol(const std::string& symbol) const;
  Result<Files> FileOfExtension(const std::string& type, int number) const;
  Result<std::vector<int>> ExtensionNumbers(const std::string& type) const;
  // Of one service, or of all if the name is "".
  Result<Files> FilesOfService(const std::string& full_name) const;

 private:
  using FileDescriptor = google::protobuf::FileDescriptor;
  bool Shows(const FileDescriptor* file) const { return file != nullptr && files_.contains(file); }
  Result<Files> FilesFrom(const FileDescriptor* file, std::string_view what,
                          std::string_view name) const;

  std::vector<std::string> services_;
  std::set<const FileDescriptor*> files_;
};

}  // namespace bellrock::rpc
