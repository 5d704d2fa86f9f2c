// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <utility>

#include "bellrock/status.h"

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
  kTooManyAddresses = 1109,
  kPeerBreaksProtocol = 1110,
  kConnectionIdle = 1111,
  // Time.
  kNoReplyInTime = 1201,
  kNoTimeToSend = 1202,
  kCancelled = 1203,
  // Limits.
  kMessageTooLarge = 1301,
  kMetadataTooLarge = 1302,
  kOutputFull = 1303,
  kCallsInFlight = 1304,
  kLeasedConnections = 1305,
  kCallsOnConnection = 1306,
  kUnpacksTooLarge = 1307,
  kBroadcastTooWide = 1308,
  kConnectionsOpen = 1309,
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
  kBadCallOptions = 1410,
  kStreamOver = 1411,
  kUnwritableJson = 1412,
  // What a server does to protect itself.
  kServerBusy = 1501,
  kRefusedLate = 1502,
  kHandlerThrew = 1503,
  // Who asks.
  kAccessDenied = 1601,
  kNoIdentity = 1602,
  kPagesDenied = 1603,
  // TLS.
  kTlsFiles = 1701,
  kPeerCertificate = 1702,
  kOurCertificate = 1703,
  kTlsHandshake = 1704,
  kTlsBroke = 1705,
  // HTTP, and gRPC over it.
  kBadHttp = 1801,
  kHttpTooLarge = 1802,
  kNothingAtPath = 1803,
  kOtherVerb = 1804,
  kBadHttpField = 1805,
  kNotOverHttp = 1806,
  kNotGrpc = 1807,
  kHttp2Broken = 1808,
  kNoGrpcAnswer = 1809,
  kGrpcBroken = 1810,
  kStreamReset = 1811,
  // How a server was set up.
  kBadPolicy = 1901,
  kBadAnnotation = 1902,
  kBadServerOptions = 1903,
};

inline constexpr std::array kErrorNumbers = {
    ErrorNumber::kNoInstance,        ErrorNumber::kCallerOverloadProtection,
    ErrorNumber::kConnectTimeout,    ErrorNumber::kConnectFailed,
    ErrorNumber::kConnectBackoff,    ErrorNumber::kConnectionBroke,
    ErrorNumber::kPeerSilent,        ErrorNumber::kShutDownBeforeTaken,
    ErrorNumber::kConnectionRefused, ErrorNumber::kClientClosed,
    ErrorNumber::kTooManyAddresses,  ErrorNumber::kPeerBreaksProtocol,
    ErrorNumber::kConnectionIdle,    ErrorNumber::kNoReplyInTime,
    ErrorNumber::kNoTimeToSend,      ErrorNumber::kCancelled,
    ErrorNumber::kMessageTooLarge,   ErrorNumber::kMetadataTooLarge,
    ErrorNumber::kOutputFull,        ErrorNumber::kCallsInFlight,
    ErrorNumber::kLeasedConnections, ErrorNumber::kCallsOnConnection,
    ErrorNumber::kUnpacksTooLarge,   ErrorNumber::kBroadcastTooWide,
    ErrorNumber::kConnectionsOpen,   ErrorNumber::kBadMetadata,
    ErrorNumber::kUnknownMethod,     ErrorNumber::kOtherKindOfMethod,
    ErrorNumber::kNoSuchMessage,     ErrorNumber::kBadAttachment,
    ErrorNumber::kDamagedPacking,    ErrorNumber::kUnknownPacking,
    ErrorNumber::kBadMethodOptions,  ErrorNumber::kNoAttachments,
    ErrorNumber::kBadCallOptions,    ErrorNumber::kStreamOver,
    ErrorNumber::kUnwritableJson,    ErrorNumber::kServerBusy,
    ErrorNumber::kRefusedLate,       ErrorNumber::kHandlerThrew,
    ErrorNumber::kAccessDenied,      ErrorNumber::kNoIdentity,
    ErrorNumber::kPagesDenied,       ErrorNumber::kTlsFiles,
    ErrorNumber::kPeerCertificate,   ErrorNumber::kOurCertificate,
    ErrorNumber::kTlsHandshake,      ErrorNumber::kTlsBroke,
    ErrorNumber::kBadHttp,           ErrorNumber::kHttpTooLarge,
    ErrorNumber::kNothingAtPath,     ErrorNumber::kOtherVerb,
    ErrorNumber::kBadHttpField,      ErrorNumber::kNotOverHttp,
    ErrorNumber::kNotGrpc,           ErrorNumber::kHttp2Broken,
    ErrorNumber::kNoGrpcAnswer,      ErrorNumber::kGrpcBroken,
    ErrorNumber::kStreamReset,       ErrorNumber::kBadPolicy,
    ErrorNumber::kBadAnnotation,     ErrorNumber::kBadServerOptions,
};

// "... [BR-1203]"
inline std::string Numbered(ErrorNumber number, std::string message) {
  return std::move(message) + " [BR-" + std::to_string(static_cast<int>(number)) + "]";
}

// The framework made it; what a handler returns has no number.
bool IsNumbered(const Status& status);

// Gives an error that comes from below its number, unless it has one. OK stays OK.
Status WithNumber(ErrorNumber number, const Status& status);

}  // namespace bellrock::rpc
