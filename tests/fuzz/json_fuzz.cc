// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// JSON and queries that become messages: what is taken can be written and taken again, and a field
// alone sets nothing but itself.
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "bellrock/rpc/sample/v1/echo.pb.h"
#include "bellrock/rpc/sample/v1/library.pb.h"
#include "fuzz_input.h"
#include "rpc/http/json.h"

namespace bellrock::rpc {
namespace {

namespace pb = google::protobuf;

std::unique_ptr<pb::Message> NewMessage(uint8_t choice) {
  switch (choice % 4) {
    case 0:
      return std::make_unique<sample::v1::EchoRequest>();
    case 1:
      return std::make_unique<sample::v1::EchoReply>();
    case 2:
      return std::make_unique<sample::v1::Book>();
    default:
      return std::make_unique<sample::v1::ListBooksRequest>();
  }
}

void CheckWritten(const pb::Message& message) {
  const Result<std::string> json = MessageToJson(message);
  if (!json.ok()) return;  // times out of range
  const std::unique_ptr<pb::Message> again(message.New());
  const Status read = JsonToMessage(*json, *again);
  BELLROCK_CHECK(read.ok(), read.ToString().c_str());
  const Result<std::string> twice = MessageToJson(*again);
  BELLROCK_CHECK(twice.ok() && *twice == *json, "a message survives JSON");
  const pb::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const Result<std::string> value = FieldToJson(message, *type.field(i));
    if (!value.ok()) continue;
    const std::unique_ptr<pb::Message> alone(message.New());
    const Status taken = JsonToField(*value, *type.field(i), *alone);
    BELLROCK_CHECK(taken.ok(), (*value + ": " + taken.ToString()).c_str());
  }
}

void CheckField(std::string_view text, const pb::FieldDescriptor& field, const pb::Message& kind) {
  const std::unique_ptr<pb::Message> message(kind.New());
  if (!JsonToField(text, field, *message).ok()) return;
  std::vector<const pb::FieldDescriptor*> set;
  message->GetReflection()->ListFields(*message, &set);
  BELLROCK_CHECK(set.empty() || (set.size() == 1 && set[0] == &field), "only the field is set");
}

}  // namespace
}  // namespace bellrock::rpc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bellrock::rpc;
  bellrock::fuzz::Input input(data, size);
  const auto message = NewMessage(input.Byte());
  const uint8_t place = input.Byte();
  const std::string text = input.Rest();
  if (JsonToMessage(text, *message).ok()) CheckWritten(*message);
  message->Clear();
  if (QueryToMessage(text, *message).ok()) CheckWritten(*message);
  const auto& type = *message->GetDescriptor();
  CheckField(text, *type.field(place % type.field_count()), *message);
  return 0;
}
