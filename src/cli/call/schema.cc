// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>

namespace bellrock::cli {
namespace {

namespace pb = google::protobuf;

class FirstError final : public pb::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element, const pb::Message*,
                ErrorLocation, const std::string& text) override {
    if (text_.empty()) text_ = fmt::format("{}: {}: {}", file, element, text);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

bool IsBuiltin(const pb::ServiceDescriptor& service) {
  return service.full_name().starts_with("grpc.") ||
         service.full_name().starts_with("bellrock.rpc.v1.");
}

std::string PathOf(const pb::MethodDescriptor& method) {
  return fmt::format("{}/{}", method.service()->full_name(), method.name());
}

std::string TypeText(const pb::FieldDescriptor& field) {
  if (field.is_map()) {
    return fmt::format("map<{}, {}>", TypeText(*field.message_type()->map_key()),
                       TypeText(*field.message_type()->map_value()));
  }
  if (field.message_type() != nullptr) return field.message_type()->full_name();
  if (field.enum_type() != nullptr) return field.enum_type()->full_name();
  return field.type_name();
}

std::string FieldText(const pb::FieldDescriptor& field) {
  const bool list = field.is_repeated() && !field.is_map();
  return fmt::format("      {}: {}{}\n", field.name(), list ? "repeated " : "", TypeText(field));
}

std::string MethodText(const pb::MethodDescriptor& method) {
  std::string text =
      fmt::format("  {}({}{}) returns ({}{})\n", method.name(),
                  method.client_streaming() ? "stream " : "", method.input_type()->full_name(),
                  method.server_streaming() ? "stream " : "", method.output_type()->full_name());
  for (int i = 0; i < method.input_type()->field_count(); ++i) {
    text += FieldText(*method.input_type()->field(i));
  }
  return text;
}

// Adds what the files import and do not bring, where this program has it: the well-known types.
void AddKnownImports(const pb::FileDescriptorProto& file, pb::SimpleDescriptorDatabase& files) {
  for (const std::string& import : file.dependency()) {
    pb::FileDescriptorProto found;
    if (files.FindFileByName(import, &found)) continue;
    const pb::FileDescriptor* ours = pb::DescriptorPool::generated_pool()->FindFileByName(import);
    if (ours == nullptr) continue;
    found.Clear();
    ours->CopyTo(&found);
    files.Add(found);
    AddKnownImports(found, files);
  }
}

}  // namespace

Schema::Schema() = default;

Result<std::unique_ptr<Schema>> Schema::Make(const std::vector<std::string>& services,
                                             const std::vector<pb::FileDescriptorProto>& files) {
  std::unique_ptr<Schema> schema(new Schema);  // NOLINT(new): the constructor is private
  for (const pb::FileDescriptorProto& file : files) schema->files_.Add(file);
  for (const pb::FileDescriptorProto& file : files) AddKnownImports(file, schema->files_);
  FirstError error;
  schema->pool_ = std::make_unique<pb::DescriptorPool>(&schema->files_, &error);
  for (const std::string& name : services) {
    const pb::ServiceDescriptor* service = schema->pool_->FindServiceByName(name);
    if (service != nullptr) schema->services_.push_back(service);
  }
  if (!error.text().empty()) {
    return InternalError(
        fmt::format("the callee's descriptors do not fit together: {}", error.text()));
  }
  schema->messages_ = std::make_unique<pb::DynamicMessageFactory>(schema->pool_.get());
  return schema;
}

std::vector<const Schema::Method*> Schema::MethodsNamed(std::string_view name, bool builtin) const {
  std::vector<const Method*> found;
  for (const ServiceDescriptor* service : services_) {
    if (IsBuiltin(*service) != builtin) continue;
    const Method* method = service->FindMethodByName(std::string(name));
    if (method != nullptr) found.push_back(method);
  }
  return found;
}

Result<const Schema::Method*> Schema::FindInService(std::string_view service,
                                                    std::string_view method) const {
  const auto found =
      std::find_if(services_.begin(), services_.end(),
                   [&](const ServiceDescriptor* each) { return each->full_name() == service; });
  std::vector<std::string> names;
  if (found == services_.end()) {
    for (const ServiceDescriptor* each : services_) names.push_back(each->full_name());
    return NotFoundError(
        fmt::format("the callee serves no '{}'; it serves: {}", service, fmt::join(names, ", ")));
  }
  const Method* known = (*found)->FindMethodByName(std::string(method));
  if (known != nullptr) return known;
  for (int i = 0; i < (*found)->method_count(); ++i) names.push_back((*found)->method(i)->name());
  return NotFoundError(
      fmt::format("{} has no method '{}'; it has: {}", service, method, fmt::join(names, ", ")));
}

Result<const Schema::Method*> Schema::Find(std::string_view text) const {
  if (text.starts_with('/')) text.remove_prefix(1);
  const size_t slash = text.rfind('/');
  if (slash != std::string_view::npos) {
    return FindInService(text.substr(0, slash), text.substr(slash + 1));
  }
  std::vector<const Method*> found = MethodsNamed(text, false);
  if (found.empty()) found = MethodsNamed(text, true);
  if (found.size() == 1) return found.front();
  std::vector<std::string> paths;
  for (const Method* method : found) paths.push_back(PathOf(*method));
  if (!found.empty()) {
    return InvalidArgumentError(fmt::format("method '{}' is in several services; write one of: {}",
                                            text, fmt::join(paths, ", ")));
  }
  for (const ServiceDescriptor* service : services_) {
    for (int i = 0; i < service->method_count(); ++i) paths.push_back(PathOf(*service->method(i)));
  }
  return NotFoundError(
      fmt::format("the callee has no method '{}'; it has: {}", text, fmt::join(paths, ", ")));
}

std::string Schema::Listing() const {
  std::string text;
  std::vector<std::string> builtin;
  for (const ServiceDescriptor* service : services_) {
    if (IsBuiltin(*service)) {
      builtin.push_back(service->full_name());
      continue;
    }
    text += service->full_name() + "\n";
    for (int i = 0; i < service->method_count(); ++i) text += MethodText(*service->method(i));
  }
  if (!builtin.empty()) text += fmt::format("and {}\n", fmt::join(builtin, ", "));
  return text;
}

std::unique_ptr<pb::Message> Schema::NewMessage(const Descriptor& type) const {
  return std::unique_ptr<pb::Message>(messages_->GetPrototype(&type)->New());
}

}  // namespace bellrock::cli
