// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/grpc_codec.h"

#include <gtest/gtest.h>

#include <vector>

namespace bellrock::rpc::http2 {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

std::string Framed(std::string_view message, bool compressed = false) {
  std::string framed(kPrefixBytes, '\0');
  WritePrefix(compressed, message.size(), framed.data());
  return framed.append(message);
}

// Feeds the body in pieces of so many bytes.
Result<std::vector<std::string>> Cut(std::string_view body, size_t piece_bytes, size_t limit) {
  MessageAssembler assembler(limit);
  std::vector<std::string> messages;
  while (!body.empty()) {
    std::string_view piece = body.substr(0, piece_bytes);
    body.remove_prefix(piece.size());
    for (;;) {
      MessageAssembler::Message message;
      BELLROCK_ASSIGN(const bool whole, assembler.Next(piece, &message));
      if (!whole) break;
      messages.emplace_back(message.bytes);
      if (message.compressed) messages.back() += "*";
    }
  }
  if (assembler.within_message()) messages.emplace_back("...");
  return messages;
}

TEST(MessageAssembler, CutsTheSameMessagesHoweverTheBodyIsCut) {
  const std::string body =
      Framed("one") + Framed("") + Framed(std::string(300, 'x'), true) + Framed("z");
  const std::vector<std::string> expected = {"one", "", std::string(300, 'x') + "*", "z"};
  for (size_t piece = 1; piece <= body.size(); ++piece) {
    const auto messages = Cut(body, piece, 1000);
    ASSERT_TRUE(messages.ok()) << messages.status().ToString();
    EXPECT_EQ(*messages, expected) << piece;
  }
}

TEST(MessageAssembler, SaysWhetherTheBodyEndedWithinAMessage) {
  EXPECT_EQ(*Cut(Framed("one") + "\0", 100, 10), (std::vector<std::string>{"one"}));
  EXPECT_EQ(*Cut(Framed("one").substr(0, 7), 100, 10), (std::vector<std::string>{"..."}));
  EXPECT_EQ(*Cut(Framed("one").substr(0, 2), 1, 10), (std::vector<std::string>{"..."}));
}

TEST(MessageAssembler, RefusesAMessageAboveTheLimitByItsPrefixAlone) {
  for (const size_t piece : {1, 5, 100}) {
    const auto messages = Cut(Framed(std::string(11, 'x')).substr(0, kPrefixBytes), piece, 10);
    EXPECT_EQ(messages.status().code(), StatusCode::kResourceExhausted);
    EXPECT_EQ(messages.status().message(), "a message of 11 bytes; the limit is 10 [BR-1301]");
  }
}

TEST(MessageAssembler, RefusesFlagsThatDoNotExist) {
  const auto messages = Cut(std::string("\x02\0\0\0\0", 5), 5, 10);
  EXPECT_EQ(messages.status().code(), StatusCode::kInternal);
}

TEST(GrpcTimeout, ReadsEachUnit) {
  EXPECT_EQ(ParseTimeout("1H"), hours(1));
  EXPECT_EQ(ParseTimeout("2M"), seconds(120));
  EXPECT_EQ(ParseTimeout("3S"), seconds(3));
  EXPECT_EQ(ParseTimeout("250m"), milliseconds(250));
  EXPECT_EQ(ParseTimeout("99999999u"), microseconds(99'999'999));
  EXPECT_EQ(ParseTimeout("0n"), nanoseconds(0));
  EXPECT_EQ(ParseTimeout("99999999H"), Duration::max());
}

TEST(GrpcTimeout, RefusesWhatIsNone) {
  for (const std::string_view text : {"", "S", "1", "1s", "-1S", "123456789S", "1 S", "1.5S"}) {
    EXPECT_EQ(ParseTimeout(text), std::nullopt) << text;
  }
}

TEST(GrpcTimeout, WritesTheFinestUnitOfEightDigitsRoundedUp) {
  EXPECT_EQ(FormatTimeout(milliseconds(5)), "5000000n");
  EXPECT_EQ(FormatTimeout(seconds(1)), "1000000u");
  EXPECT_EQ(FormatTimeout(seconds(1) + nanoseconds(1)), "1000001u");
  EXPECT_EQ(FormatTimeout(seconds(-1)), "1n");
  EXPECT_EQ(FormatTimeout(hours(24 * 365)), "31536000S");
  for (const Duration left : {Duration(1), Duration(999'999'999), Duration(hours(2'000'000))}) {
    EXPECT_GE(*ParseTimeout(FormatTimeout(left)), left);
  }
}

TEST(GrpcMessage, SurvivesAnyBytes) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  const std::string encoded = PercentEncode(all);
  for (const char byte : encoded) EXPECT_TRUE(byte >= 0x20 && byte <= 0x7e);
  EXPECT_EQ(PercentDecode(encoded), all);
  EXPECT_EQ(PercentEncode("100% \n"), "100%25 %0A");
}

TEST(GrpcMessage, KeepsWhatIsNoEscape) {
  EXPECT_EQ(PercentDecode("50% %zz %4"), "50% %zz %4");
}

TEST(GrpcBinary, SurvivesBase64WithAndWithoutPadding) {
  for (const std::string_view bytes : {"", "a", "ab", "abc", "\xff\xfe\xfd\xfc"}) {
    const std::string text = Base64Encode(bytes);
    EXPECT_EQ(text.find('='), std::string::npos);
    EXPECT_EQ(Base64Decode(text), bytes);
    EXPECT_EQ(Base64Decode(text + std::string((4 - text.size() % 4) % 4, '=')), bytes);
  }
  EXPECT_EQ(Base64Decode("a"), std::nullopt);
  EXPECT_EQ(Base64Decode("a*bc"), std::nullopt);
}

TEST(GrpcMetadata, DecodesBinaryKeysAndSplitsTheirLists) {
  Metadata metadata;
  EXPECT_TRUE(AppendMetadata("k", "a,b", &metadata));
  EXPECT_TRUE(AppendMetadata("x-bin", "YQ==, YmM", &metadata));
  EXPECT_FALSE(AppendMetadata("y-bin", "YQ,*", &metadata));
  EXPECT_EQ(metadata, (Metadata{{"k", "a,b"}, {"x-bin", "a"}, {"x-bin", "bc"}}));
}

TEST(GrpcContentType, TellsProtoFromOtherFormatsAndFromPlainHttp) {
  EXPECT_EQ(ContentKindOf("application/grpc"), ContentKind::kGrpcProto);
  EXPECT_EQ(ContentKindOf("application/grpc+proto;x=y"), ContentKind::kGrpcProto);
  EXPECT_EQ(ContentKindOf("application/grpc+json"), ContentKind::kGrpcOther);
  EXPECT_EQ(ContentKindOf("application/grpc-web"), ContentKind::kNotGrpc);
  EXPECT_EQ(ContentKindOf("application/json"), ContentKind::kNotGrpc);
  EXPECT_EQ(ContentKindOf(""), ContentKind::kNotGrpc);
}

TEST(GrpcStatus, ReadsNumbersAndMapsWhatIsNone) {
  EXPECT_EQ(ParseStatusCode("0"), StatusCode::kOk);
  EXPECT_EQ(ParseStatusCode("16"), StatusCode::kUnauthenticated);
  EXPECT_EQ(ParseStatusCode("99"), StatusCode::kUnknown);
  EXPECT_EQ(ParseStatusCode("x"), StatusCode::kUnknown);
  EXPECT_EQ(CodeOfHttpStatus(503), StatusCode::kUnavailable);
  EXPECT_EQ(CodeOfHttpStatus(404), StatusCode::kUnimplemented);
  EXPECT_EQ(CodeOfHttpStatus(418), StatusCode::kUnknown);
  EXPECT_EQ(CodeOfReset(7), StatusCode::kUnavailable);
  EXPECT_EQ(CodeOfReset(8), StatusCode::kCancelled);
  for (int code = 0; code < kStatusCodeCount; ++code) {
    const auto status = static_cast<StatusCode>(code);
    EXPECT_EQ(ParseStatusCode(StatusCodeText(status)), status);
  }
}

}  // namespace
}  // namespace bellrock::rpc::http2
