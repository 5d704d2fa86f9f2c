// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What stands behind the proxies of ./run bench routing: "http" answers each request with 64 bytes,
// "bulk" sends zeros on each connection for as long as somebody takes them.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

#include "../rpc/raw_socket.h"
#include "../rpc/server_process.h"

namespace {

using namespace bellrock::bench;

const std::string kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 64\r\n\r\n" +
    std::string(64, 'x');
constexpr std::string_view kHeadEnd = "\r\n\r\n";

// Requests without bodies, a whole one or several at a time: that is what the load sends.
void Answer(int connection) {
  std::array<char, 16 << 10> buffer;
  const ssize_t count = recv(connection, buffer.data(), buffer.size(), 0);
  if (count == 0) close(connection);
  if (count <= 0) return;
  std::string answers;
  std::string_view text(buffer.data(), static_cast<size_t>(count));
  for (size_t end = text.find(kHeadEnd); end != std::string_view::npos; end = text.find(kHeadEnd)) {
    answers += kAnswer;
    text.remove_prefix(end + kHeadEnd.size());
  }
  (void)send(connection, answers.data(), answers.size(), MSG_NOSIGNAL);
}

[[noreturn]] void ServeHttp(int listener) {
  RawPoller poller;
  poller.Add(listener);
  for (;;) {
    for (const int ready : poller.Wait()) {
      if (ready != listener) {
        Answer(ready);
        continue;
      }
      for (int taken = AcceptOne(listener); taken >= 0; taken = AcceptOne(listener)) {
        poller.Add(taken);
      }
    }
  }
}

void SendZeros(int connection) {
  static const std::array<char, 256 << 10> zeros{};
  timeval patience{1, 0};
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  while (send(connection, zeros.data(), zeros.size(), MSG_NOSIGNAL) > 0) {
  }
  close(connection);
}

// Accepted sockets of this listener block: a thread waits on each.
[[noreturn]] void ServeBulk(int listener) {
  RawPoller poller;
  poller.Add(listener);
  for (;;) {
    (void)poller.Wait();
    for (int taken = accept(listener, nullptr, nullptr); taken >= 0;
         taken = accept(listener, nullptr, nullptr)) {
      std::thread([taken] { SendZeros(taken); }).detach();
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  const bool bulk = count > 1 && std::strcmp(arguments[1], "bulk") == 0;
  int port = 0;
  const int listener = ListenOnLoopback(&port);
  std::thread([=] { bulk ? ServeBulk(listener) : ServeHttp(listener); }).detach();
  ServeUntilInputEnds(port);
  return 0;
}
