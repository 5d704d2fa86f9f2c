// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Pages of a server that take a posted body, in the simulator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "rpc/http/http_encoding.h"
#include "rpc/http2/test_client.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using bellrock::testing::World;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A server with a page that takes forms under /form/ and one that does not under /read/.
class HttpPageTest : public ::testing::Test {
 protected:
  void WithServer(const std::function<void()>& body) {
    world_.Run([&] {
      Server server(world_.Host("s"), {}, nullptr);
      const auto show = [this](const HttpRequest& request) {
        ++served_;
        return HttpReply{.body = request.method + " " + request.path + "?" + request.query + " <" +
                                 request.body.substr(0, 100) + ">"};
      };
      server.AddHttp("/read/", show);
      server.AddHttp("/form/", show, {.takes_post = true});
      ASSERT_TRUE(server.Listen(At("s")).ok());
      body();
    });
  }

  // What comes within a simulated second.
  std::string Ask(const std::string& verb, const std::string& path, const std::string& body = "",
                  const std::string& headers = "") {
    auto stream = Connect(world_.Host("c"), "s");
    Send(*stream, verb + " " + path + " HTTP/1.1\r\nHost: s\r\nContent-Length: " +
                      std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body);
    return ReadFor(*stream, seconds(1));
  }

  World world_{12};
  int served_ = 0;
};

TEST_F(HttpPageTest, APostedBodyComesToThePageThatTakesIt) {
  WithServer([&] {
    std::string answer = Ask("POST", "/form/a?x=1", "query=1%2B1");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_THAT(answer, HasSubstr("POST /form/a?x=1 <query=1%2B1>"));
    answer = Ask("POST", "/form/a", Gzip("query=up"), "Content-Encoding: gzip\r\n");
    EXPECT_THAT(answer, HasSubstr("POST /form/a? <query=up>"));
    EXPECT_THAT(Ask("GET", "/form/a?query=up"), HasSubstr("GET /form/a?query=up <>"));
  });
}

TEST_F(HttpPageTest, APostedBodyComesOverHttp2Too) {
  WithServer([&] {
    http2::TestClient client(world_.Host("c"));
    auto call = client.OpenPlain("POST", "/form/a?x=1", {}, false);
    client.Send(*call, "query=1%2B1", true);
    EXPECT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_EQ(call->fields.at(":status"), "200");
    EXPECT_EQ(call->body, "POST /form/a?x=1 <query=1%2B1>");
  });
}

TEST_F(HttpPageTest, APageThatOnlyReadsIsNotPostedTo) {
  WithServer([&] {
    EXPECT_THAT(Ask("POST", "/read/a", "query=1"), StartsWith("HTTP/1.1 404 Not Found"));
    EXPECT_EQ(served_, 0);
    EXPECT_THAT(Ask("OPTIONS", "/read/a"), HasSubstr("Allow: GET, HEAD, OPTIONS\r\n"));
    EXPECT_THAT(Ask("OPTIONS", "/form/a"), HasSubstr("Allow: GET, HEAD, OPTIONS, POST\r\n"));
    const std::string put = Ask("PUT", "/form/a", "query=1");
    EXPECT_THAT(put, StartsWith("HTTP/1.1 405 Method Not Allowed"));
    EXPECT_THAT(put, HasSubstr("use GET, HEAD, OPTIONS, POST"));
    EXPECT_EQ(served_, 0);
  });
}

TEST_F(HttpPageTest, ABodyBeyondTheBoundIsRefusedPackedOrNot) {
  WithServer([&] {
    EXPECT_THAT(Ask("POST", "/form/a", std::string(kPageBodyBytesMax, 'x')),
                StartsWith("HTTP/1.1 200 OK"));
    EXPECT_EQ(served_, 1);
    const std::string large(kPageBodyBytesMax + 1, 'x');
    for (const std::string& answer :
         {Ask("POST", "/form/a", large),
          Ask("POST", "/form/a", Gzip(large), "Content-Encoding: gzip\r\n")}) {
      EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 Content Too Large"));
      EXPECT_THAT(answer, HasSubstr("over the limit of 1048576 bytes"));
    }
    EXPECT_THAT(Ask("POST", "/form/a", "x", "Content-Encoding: br\r\n"),
                StartsWith("HTTP/1.1 415 Unsupported Media Type"));
    EXPECT_EQ(served_, 1);
  });
}

}  // namespace
}  // namespace bellrock::rpc
