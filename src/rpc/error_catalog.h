// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <utility>

// Numbers of the errors that the framework itself makes, so that a person can look one up and an
// alarm can match it whatever the words become. Cause and remedy of each: docs/errors.md; a test
// holds that both lists are the same. A number is never used for another error.
namespace bellrock::rpc {

enum class ErrorNumber : int {
  // Which instance.
  kNoInstance = 1001,
  kCallerOverloadProtection = 1002,
  // Connections.
  kConnectTimeout = 1101,
  kConnectFailed = 1102,
  kConnectBackoff = 1103,
  kConnectionBroke = 1104,
  kPeerSilent = 1105,
  kShutDownBeforeTaken = 1106,
  kConnectionRefused = 1107,
  kClientClosed = 1108,
  // Time.
  kNoReplyInTime = 1201,
  kNoTimeToSend = 1202,
  // Limits.
  kMessageTooLarge = 1301,
  kMetadataTooLarge = 1302,
  kOutputFull = 1303,
  kCallsInFlight = 1304,
  kLeasedConnections = 1305,
  kCallsOnConnection = 1306,
  kUnpacksTooLarge = 1307,
  kBroadcastTooWide = 1308,
  // What was asked.
  kBadMetadata = 1401,
  kUnknownMethod = 1402,
  kOtherKindOfMethod = 1403,
  kNoSuchMessage = 1404,
  kBadAttachment = 1405,
  kDamagedPacking = 1406,
  kUnknownPacking = 1407,
  kBadMethodOptions = 1408,
  kNoAttachments = 1409,
  // What a server refuses to protect itself.
  kServerBusy = 1501,
  kRefusedLate = 1502,
};

inline constexpr std::array kErrorNumbers = {
    ErrorNumber::kNoInstance,        ErrorNumber::kCallerOverloadProtection,
    ErrorNumber::kConnectTimeout,    ErrorNumber::kConnectFailed,
    ErrorNumber::kConnectBackoff,    ErrorNumber::kConnectionBroke,
    ErrorNumber::kPeerSilent,        ErrorNumber::kShutDownBeforeTaken,
    ErrorNumber::kConnectionRefused, ErrorNumber::kClientClosed,
    ErrorNumber::kNoReplyInTime,     ErrorNumber::kNoTimeToSend,
    ErrorNumber::kMessageTooLarge,   ErrorNumber::kMetadataTooLarge,
    ErrorNumber::kOutputFull,        ErrorNumber::kCallsInFlight,
    ErrorNumber::kLeasedConnections, ErrorNumber::kCallsOnConnection,
    ErrorNumber::kUnpacksTooLarge,   ErrorNumber::kBroadcastTooWide,
    ErrorNumber::kBadMetadata,       ErrorNumber::kUnknownMethod,
    ErrorNumber::kOtherKindOfMethod, ErrorNumber::kNoSuchMessage,
    ErrorNumber::kBadAttachment,     ErrorNumber::kDamagedPacking,
    ErrorNumber::kUnknownPacking,    ErrorNumber::kBadMethodOptions,
    ErrorNumber::kNoAttachments,     ErrorNumber::kServerBusy,
    ErrorNumber::kRefusedLate,
};

// "... [BR-1203]"
inline std::string Numbered(ErrorNumber number, std::string message) {
  return std::move(message) + " [BR-" + std::to_string(static_cast<int>(number)) + "]";
}

}  // namespace bellrock::rpc
