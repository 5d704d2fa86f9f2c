// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/interceptor.h"
#include "bellrock/service.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "rpc/client/endpoint_source.h"
#include "rpc/protect/policy.h"
#include "rpc/server/worker_pool.h"

namespace bellrock {
class Exposition;
}
namespace bellrock::rpc::v1 {
class ProtectionStatus;
}

namespace bellrock::rpc {

// Who is answered by the built-in pages: kThisHost = loopback and Unix sockets.
enum class PageAccess { kNobody, kThisHost, kAnybody };
class TlsContext;

struct ServerOptions {
  std::string name{};                              // our "line/service"
  std::string instance{};                          // our instance's name, for counting
  std::vector<ServerInterceptor*> interceptors{};  // borrowed; see each call around its handler
  // A handler that computes for long or blocks its thread has the loop taken away from it, so that
  // others go on; handlers of one loop may then run at the same time on several threads.
  bool hand_off = false;
  PageAccess pages = PageAccess::kThisHost;  // who may look at the pages under /-/
  // A connection that begins with a TLS handshake gets one; null: it is refused.
  std::shared_ptr<TlsContext> tls{};
  bool tls_required = false;          // plain text is refused; needs `tls`
  protect::Policy protection{};       // what to do against too many calls; see docs/protection.md
  size_t frame_bytes_max = 64 << 20;  // a larger frame or body: connection refused, reason logged
  size_t out_bytes_max =
      16 << 20;  // replies queued for a slow reader; beyond it the connection is closed
  size_t connections_max = 100'000;
  size_t connections_per_peer_max = 10'000;  // of one remote IP
  size_t calls_per_connection_max = 10'000;  // in flight; beyond it calls fail kResourceExhausted
  Duration preface_timeout =
      std::chrono::seconds(10);  // first bytes, and each HTTP header block, must come within it
  Duration idle_timeout = std::chrono::minutes(10);  // nothing read, nothing in flight
  // Origins whose pages may call by HTTP ("https://shop.example"), or "*"; browsers keep all others
  // from reading the answers.
  std::vector<std::string> http_origins{};
  // grpc.health.v1.Health, grpc.reflection and bellrock.rpc.v1.Reflection beside what is added.
  bool builtin_services = true;
};

// A plain HTTP request and answer, for what is not a service call: console files, status pages.
struct HttpRequest {
  std::string method{};  // "GET"
  std::string path{};    // decoded, without query
  std::string query{};
  std::string accept{};
  std::string accept_language{};
  std::string accept_encoding{};
  std::string if_none_match{};
  std::string body{};      // of a POST, without its content coding
  std::string peer{};      // address of the other end
  std::string identity{};  // the name it has proved, or ""
};
struct HttpReply {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};
using HttpHandler = std::function<HttpReply(const HttpRequest&)>;

// The body that is posted to a page, packed or not; larger ones answer 413.
inline constexpr size_t kPageBodyBytesMax = 1 << 20;

struct HttpPageOptions {
  bool takes_post = false;  // beside GET and HEAD; the body is in HttpRequest::body
};

// Serves service objects on one port in several protocols told apart by the first bytes: native
// frames (docs/spec/wire.md), gRPC over HTTP/2 (docs/grpc.md), and HTTP/1.1 with JSON:
//   POST /music.v1.Catalog/GetMp3List   body: the request as JSON -> 200 and the reply as JSON
//   GET  /music.v1.Catalog/GetMp3List?field=value   the same, for requests of plain fields
//   GET  /v1/users/7/mp3s                  the paths of google.api.http annotations (docs/http.md)
// A server-streaming method answers as server-sent events (text/event-stream), one `data:` line per
// message; an error answers with its HTTP status and {"code":"NOT_FOUND","message":"..."}.
// GET /-/openapi.json and /-/api describe all of it. All of it also over TLS.
// Garbage, oversize and half-open connections are closed with a logged reason and hurt nobody else.
class Server {
 public:
  // Lives on the current loop group or, in the simulator, on one loop. `observer` may be null.
  Server(fiber::Environment environment, ServerOptions options, CallObserver* observer);
  ~Server();

  // Before Listen(). The service is borrowed. With `home`, its handlers run on that loop whatever
  // loop took the connection; without, on the connection's loop. kAlreadyExists if the name or an
  // annotated path is taken, kInvalidArgument if an annotation is wrong.
  Status Add(Service& service, fiber::Loop* home = nullptr);
  // The same, for handlers that compute for long: they run on the least busy of the workers.
  Status Add(Service& service, WorkerPool& workers);
  // After Add(): these run on the workers, too. See MethodTable::UseWorkers().
  Status UseWorkers(std::string_view methods, WorkerPool& workers);
  // GET and HEAD under `prefix` that are no service call; the longest prefix wins. Handlers run in
  // their connection's fiber and must not block for long.
  void AddHttp(std::string prefix, HttpHandler handler, HttpPageOptions options = {});

  // Before Listen(): adds families to GET /metrics (docs/metrics-scrape.md). Called in the fiber of
  // whoever asks, on any loop; may block it for a moment.
  void Expose(std::function<void(Exposition&)> expose);

  // After Listen(): tells, in a fiber of a loop it listens on, how many calls are under way there.
  // May outlive the server, which then has none.
  std::function<size_t()> CallsInFlightHere() const;

  // What grpc.health.v1.Health says of a service, or of the whole server for ""; any thread, after
  // Listen(). kNotFound for a service that was not added.
  Status SetServing(std::string_view service, bool serving);

  // Listens on the current loop, and with LoopGroup on all of its loops (SO_REUSEPORT).
  // kUnavailable or kAlreadyExists (address in use) with the address in the message.
  Status Listen(const Address& address);
  Status Listen(const Address& address, fiber::LoopGroup& loops);
  const Address& address() const;

  // Replaces ServerOptions::protection, once it listens; from any thread. kInvalidArgument names
  // the field. And what the protections do now, for a status page.
  Status SetProtection(const protect::Policy& policy);
  v1::ProtectionStatus Protection() const;

  // Stops accepting, lets calls in flight end until `deadline`, then closes. Blocks.
  void Shutdown(Time deadline);

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace bellrock::rpc
