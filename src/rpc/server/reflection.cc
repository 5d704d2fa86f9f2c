// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/reflection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>

#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using FileSet = std::set<const FileDescriptor*>;

// The file and all that it imports, each after what it imports.
void CollectInOrder(const FileDescriptor& file, FileSet& seen,
                    std::vector<const FileDescriptor*>& order) {
  if (!seen.insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) {
    CollectInOrder(*file.dependency(i), seen, order);
  }
  order.push_back(&file);
}

std::vector<std::string> Serialised(const std::vector<const FileDescriptor*>& files) {
  std::vector<std::string> texts;
  for (const FileDescriptor* file : files) {
    google::protobuf::FileDescriptorProto proto;
    file->CopyTo(&proto);
    texts.push_back(proto.SerializeAsString());
  }
  return texts;
}

const DescriptorPool& Pool() {
  return *DescriptorPool::generated_pool();
}

}  // namespace

void ReflectionIndex::AddService(std::string_view full_name) {
  services_.insert(std::upper_bound(services_.begin(), services_.end(), full_name),
                   std::string(full_name));
  const auto* service = Pool().FindServiceByName(std::string(full_name));
  if (service == nullptr) return;  // its name is all that is known
  std::vector<const FileDescriptor*> order;
  CollectInOrder(*service->file(), files_, order);
}

Result<ReflectionIndex::Files> ReflectionIndex::FilesFrom(const FileDescriptor* file,
                                                          std::string_view what,
                                                          std::string_view name) const {
  if (!Shows(file)) {
    return NotFoundError(
        Numbered(ErrorNumber::kUnknownMethod,
                 fmt::format("{} {} belongs to no service served here", what, name)));
  }
  FileSet seen;
  std::vector<const FileDescriptor*> order;
  CollectInOrder(*file, seen, order);
  return Serialised(order);
}

Result<ReflectionIndex::Files> ReflectionIndex::FileByName(const std::string& name) const {
  return FilesFrom(Pool().FindFileByName(name), "file", name);
}

Result<ReflectionIndex::Files> ReflectionIndex::FileOfSymbol(const std::string& symbol) const {
  return FilesFrom(Pool().FindFileContainingSymbol(symbol), "symbol", symbol);
}

Result<ReflectionIndex::Files> ReflectionIndex::FileOfExtension(const std::string& type,
                                                                int number) const {
  const auto* message = Pool().FindMessageTypeByName(type);
  const auto* extension =
      message == nullptr ? nullptr : Pool().FindExtensionByNumber(message, number);
  return FilesFrom(extension == nullptr ? nullptr : extension->file(), "extension",
                   fmt::format("{} of {}", number, type));
}

Result<std::vector<int>> ReflectionIndex::ExtensionNumbers(const std::string& type) const {
  const auto* message = Pool().FindMessageTypeByName(type);
  if (message == nullptr || !Shows(message->file())) {
    return NotFoundError(Numbered(ErrorNumber::kUnknownMethod,
                                  fmt::format("type {} belongs to no service served here", type)));
  }
  std::vector<const google::protobuf::FieldDescriptor*> extensions;
  Pool().FindAllExtensions(message, &extensions);
  std::vector<int> numbers;
  for (const auto* extension : extensions) {
    if (Shows(extension->file())) numbers.push_back(extension->number());
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Result<ReflectionIndex::Files> ReflectionIndex::FilesOfService(const std::string& name) const {
  if (!name.empty() && !std::binary_search(services_.begin(), services_.end(), name)) {
    return NotFoundError(Numbered(ErrorNumber::kUnknownMethod,
                                  fmt::format("service {} is not served here; served are: {}", name,
                                              fmt::join(services_, ", "))));
  }
  FileSet seen;
  std::vector<const FileDescriptor*> order;
  for (const std::string& each : services_) {
    if (!name.empty() && each != name) continue;
    const auto* service = Pool().FindServiceByName(each);
    if (service != nullptr) CollectInOrder(*service->file(), seen, order);
  }
  return Serialised(order);
}

}  // namespace bellrock::rpc
