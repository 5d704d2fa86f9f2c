// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/reflection_client.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.pb.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/rpc/v1/reflection.bellrock.h"
#include "grpc/reflection/v1/reflection.bellrock.h"
#include "grpc/reflection/v1alpha/reflection.bellrock.h"

namespace bellrock::cli {
namespace {

namespace pb = google::protobuf;

Result<std::unique_ptr<Schema>> FetchNative(ChannelInterface& channel, const CallOptions& options) {
  BELLROCK_ASSIGN(const rpc::v1::DescribeReply reply,
                  rpc::v1::ReflectionStub(channel).Describe({}, options));
  pb::FileDescriptorSet set;
  if (!set.ParseFromString(reply.file_descriptor_set())) {
    return DataLossError("the callee's reflection sent no FileDescriptorSet");
  }
  return Schema::Make({reply.services().begin(), reply.services().end()},
                      {set.file().begin(), set.file().end()});
}

// One dialogue with gRPC's reflection, which exists in two versions that differ by package only.
template <typename Stub, typename Request, typename Response>
class GrpcDialogue {
 public:
  static Result<std::unique_ptr<Schema>> Fetch(ChannelInterface& channel,
                                               const CallOptions& options) {
    BELLROCK_ASSIGN(auto call, Stub(channel).ServerReflectionInfo(options));
    GrpcDialogue dialogue(std::move(call));
    return dialogue.Run();
  }

 private:
  using Call = Duplex<Request, Response>;
  explicit GrpcDialogue(Call call) : call_(std::move(call)) {}

  Result<std::unique_ptr<Schema>> Run() {
    Request list;
    list.set_list_services("*");
    BELLROCK_ASSIGN(const Response listed, Ask(list));
    std::vector<std::string> services;
    for (const auto& service : listed.list_services_response().service()) {
      services.push_back(service.name());
      Request request;
      request.set_file_containing_symbol(service.name());
      BELLROCK_TRY(AddFiles(request));
    }
    // Servers may leave out imports of what they send.
    while (!missing_.empty()) {
      Request request;
      request.set_file_by_filename(missing_.extract(missing_.begin()).value());
      BELLROCK_TRY(AddFiles(request));
    }
    (void)call_.CloseWrites();
    return Schema::Make(services, files_);
  }

  Result<Response> Ask(const Request& request) {
    // A write fails when the call has ended; the read then tells why.
    (void)call_.Write(request);
    Response response;
    BELLROCK_ASSIGN(const bool more, call_.Read(response));
    if (!more) return UnavailableError("the callee ended the reflection early");
    if (response.has_error_response()) {
      return Status(
          StatusCodeFromNumber(static_cast<uint32_t>(response.error_response().error_code())),
          "reflection: " + response.error_response().error_message());
    }
    return response;
  }

  Status AddFiles(const Request& request) {
    BELLROCK_ASSIGN(const Response response, Ask(request));
    for (const std::string& text : response.file_descriptor_response().file_descriptor_proto()) {
      pb::FileDescriptorProto file;
      if (!file.ParseFromString(text)) return DataLossError("the callee sent no file descriptor");
      if (!known_.insert(file.name()).second) continue;
      if (known_.size() > kFilesMax) {
        return ResourceExhaustedError(fmt::format("the callee sent over {} files", kFilesMax));
      }
      missing_.erase(file.name());
      files_.push_back(std::move(file));
    }
    NoteMissing();
    return Status::Ok();
  }

  void NoteMissing() {
    for (; looked_at_ < files_.size(); ++looked_at_) {
      for (const std::string& import : files_[looked_at_].dependency()) {
        if (!known_.contains(import)) missing_.insert(import);
      }
    }
  }

  Call call_;
  std::vector<pb::FileDescriptorProto> files_;
  size_t looked_at_ = 0;
  std::set<std::string> known_;
  std::set<std::string> missing_;
};

namespace v1 = grpc::reflection::v1;
namespace v1alpha = grpc::reflection::v1alpha;
using DialogueV1 = GrpcDialogue<v1::ServerReflectionStub, v1::ServerReflectionRequest,
                                v1::ServerReflectionResponse>;
using DialogueV1Alpha =
    GrpcDialogue<v1alpha::ServerReflectionStub, v1alpha::ServerReflectionRequest,
                 v1alpha::ServerReflectionResponse>;

bool NotServed(const Result<std::unique_ptr<Schema>>& schema) {
  return !schema.ok() && schema.status().code() == StatusCode::kUnimplemented;
}

}  // namespace

Result<std::unique_ptr<Schema>> FetchSchema(ChannelInterface& channel, const CallOptions& options) {
  Result<std::unique_ptr<Schema>> schema = FetchNative(channel, options);
  if (NotServed(schema)) schema = DialogueV1::Fetch(channel, options);
  if (NotServed(schema)) schema = DialogueV1Alpha::Fetch(channel, options);
  if (!NotServed(schema)) return schema;
  return FailedPreconditionError(
      "the callee serves no reflection, so its methods are unknown here; switch it on there");
}

}  // namespace bellrock::cli
