// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"

namespace google::protobuf {
class FieldDescriptor;
}

// Messages as JSON: protobuf's canonical mapping (64-bit integers are strings, bytes are base64),
// with proto field names and with all plain fields present.
namespace bellrock::rpc {

// Empty text is the empty message. Errors name the field and what is allowed.
Status JsonToMessage(std::string_view json, Message& message);
Result<std::string> MessageToJson(const Message& message);

// One field of a message as the JSON value it has there.
Status JsonToField(std::string_view json, const google::protobuf::FieldDescriptor& field,
                   Message& message);
// "null" for a scalar that is not there.
Result<std::string> FieldToJson(const Message& message,
                                const google::protobuf::FieldDescriptor& field);

// Fills plain fields from a URL's query: scalars, enums by name or number, repeated ones by
// repetition, nested ones as "outer.inner", well-known types in their JSON form.
Status QueryToMessage(std::string_view query, Message& message);

// A JSON string with its quotes.
std::string JsonString(std::string_view text);

// {"code":"NOT_FOUND","message":"..."}
std::string StatusToJson(const Status& status);

}  // namespace bellrock::rpc
