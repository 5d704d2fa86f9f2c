// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"

// Messages as JSON: protobuf's canonical mapping (64-bit integers are strings, bytes are base64),
// with proto field names and with all plain fields present.
namespace bellrock::rpc {

// Empty text is the empty message. Errors name the field and what is allowed.
Status JsonToMessage(std::string_view json, Message& message);
Result<std::string> MessageToJson(const Message& message);

// Fills plain fields from a URL's query: scalars, enums by name or number, repeated ones by
// repetition, nested ones as "outer.inner".
Status QueryToMessage(std::string_view query, Message& message);

// {"code":"NOT_FOUND","message":"..."}
std::string StatusToJson(const Status& status);

}  // namespace bellrock::rpc
