// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/builtin_services.h"

#include <google/protobuf/descriptor.pb.h>

#include <string>

#include "bellrock/rpc/v1/reflection.bellrock.h"
#include "grpc/reflection/v1/reflection.bellrock.h"
#include "grpc/reflection/v1alpha/reflection.bellrock.h"
#include "rpc/server/health.h"
#include "rpc/server/method_table.h"
#include "rpc/server/reflection.h"

namespace bellrock::rpc {
namespace {

namespace reflection_v1 = grpc::reflection::v1;
namespace reflection_v1alpha = grpc::reflection::v1alpha;

template <typename Response>
void FillError(const Status& status, Response& response) {
  auto& error = *response.mutable_error_response();
  error.set_error_code(static_cast<int>(status.code()));
  error.set_error_message(std::string(status.message()));
}

template <typename Response>
void FillFiles(const Result<ReflectionIndex::Files>& files, Response& response) {
  if (!files.ok()) return FillError(files.status(), response);
  for (const std::string& file : *files) {
    response.mutable_file_descriptor_response()->add_file_descriptor_proto(file);
  }
}

template <typename Response>
void FillNumbers(const ReflectionIndex& index, const std::string& type, Response& response) {
  const Result<std::vector<int>> numbers = index.ExtensionNumbers(type);
  if (!numbers.ok()) return FillError(numbers.status(), response);
  auto& answer = *response.mutable_all_extension_numbers_response();
  answer.set_base_type_name(type);
  for (const int number : *numbers) answer.add_extension_number(number);
}

// The same for both versions, whose messages differ by their package only.
template <typename Request, typename Response>
void Answer(const ReflectionIndex& index, const Request& request, Response& response) {
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case Request::kFileByFilename:
      return FillFiles(index.FileByName(request.file_by_filename()), response);
    case Request::kFileContainingSymbol:
      return FillFiles(index.FileOfSymbol(request.file_containing_symbol()), response);
    case Request::kFileContainingExtension: {
      const auto& extension = request.file_containing_extension();
      return FillFiles(
          index.FileOfExtension(extension.containing_type(), extension.extension_number()),
          response);
    }
    case Request::kAllExtensionNumbersOfType:
      return FillNumbers(index, request.all_extension_numbers_of_type(), response);
    case Request::kListServices:
      for (const std::string& name : index.services()) {
        response.mutable_list_services_response()->add_service()->set_name(name);
      }
      return;
    default:
      FillError(InvalidArgumentError("message_request is not set; ask for a file, a symbol, an "
                                     "extension or list_services"),
                response);
  }
}

// Base: the generated service of one version.
template <typename Base, typename Request, typename Response>
class GrpcReflection final : public Base {
 public:
  explicit GrpcReflection(const ReflectionIndex& index) : index_(index) {}

  Status ServerReflectionInfo(ServerContext&, Reader<Request>& reader,
                              Writer<Response>& writer) override {
    Request request;
    for (;;) {
      Result<bool> read = reader.Read(request);
      if (!read.ok()) return read.status();
      if (!*read) return Status::Ok();
      Response response;
      Answer(index_, request, response);
      BELLROCK_TRY(writer.Write(response));
    }
  }

 private:
  const ReflectionIndex& index_;
};

class NativeReflection final : public v1::ReflectionService {
 public:
  explicit NativeReflection(const ReflectionIndex& index) : index_(index) {}

  Result<v1::DescribeReply> Describe(ServerContext&, const v1::DescribeRequest& request) override {
    BELLROCK_ASSIGN(const ReflectionIndex::Files files, index_.FilesOfService(request.service()));
    v1::DescribeReply reply;
    for (const std::string& name : index_.services()) reply.add_services(name);
    google::protobuf::FileDescriptorSet set;
    for (const std::string& file : files) set.add_file()->ParseFromString(file);
    reply.set_file_descriptor_set(set.SerializeAsString());
    return reply;
  }

 private:
  const ReflectionIndex& index_;
};

}  // namespace

struct BuiltinServices::Services {
  ReflectionIndex index;
  Health health;
  GrpcReflection<reflection_v1::ServerReflectionService, reflection_v1::ServerReflectionRequest,
                 reflection_v1::ServerReflectionResponse>
      v1{index};
  GrpcReflection<reflection_v1alpha::ServerReflectionService,
                 reflection_v1alpha::ServerReflectionRequest,
                 reflection_v1alpha::ServerReflectionResponse>
      v1alpha{index};
  NativeReflection native{index};
};

BuiltinServices::BuiltinServices() : services_(std::make_unique<Services>()) {}
BuiltinServices::~BuiltinServices() = default;

Status BuiltinServices::Publish(MethodTable& methods,
                                const std::vector<ServerInterceptor*>& interceptors) {
  Service* const builtin[] = {&services_->health, &services_->v1, &services_->v1alpha,
                              &services_->native};
  for (Service* service : builtin) {
    Status added = methods.Add(*service, {.interceptors = &interceptors});
    if (!added.ok() && added.code() != StatusCode::kAlreadyExists) return added;
  }
  for (const Service* service : methods.Services()) {
    services_->health.AddService(service->full_name());
    services_->index.AddService(service->full_name());
  }
  return Status::Ok();
}

Status BuiltinServices::SetServing(std::string_view service, bool serving) {
  return services_->health.SetServing(service, serving);
}

void BuiltinServices::Drain() {
  services_->health.Drain();
}

}  // namespace bellrock::rpc
