// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "raw_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

#include "load_meter.h"

namespace bellrock::bench {
namespace {

int CheckCall(const char* name, int result) {
  if (result < 0) Fail(std::string(name) + ": " + std::strerror(errno));
  return result;
}

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

void MakeFast(int socket) {
  const int on = 1;
  CheckCall("TCP_NODELAY", setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  CheckCall("O_NONBLOCK", fcntl(socket, F_SETFL, O_NONBLOCK));
}

}  // namespace

int ListenOnLoopback(int* port) {
  const int listener = CheckCall("socket", socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  CheckCall("bind", bind(listener, reinterpret_cast<sockaddr*>(&address), size));
  CheckCall("listen", listen(listener, SOMAXCONN));
  CheckCall("getsockname", getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size));
  CheckCall("O_NONBLOCK", fcntl(listener, F_SETFL, O_NONBLOCK));
  *port = ntohs(address.sin_port);
  return listener;
}

int ConnectToLoopback(int port) {
  const int connection = CheckCall("socket", socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = Loopback(port);
  CheckCall("connect", connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address));
  MakeFast(connection);
  return connection;
}

int AcceptOne(int listener) {
  const int connection = accept(listener, nullptr, nullptr);
  if (connection < 0 && errno == EAGAIN) return -1;
  MakeFast(CheckCall("accept", connection));
  return connection;
}

RawPoller::RawPoller() : epoll_(CheckCall("epoll_create1", epoll_create1(0))) {}

RawPoller::~RawPoller() {
  close(epoll_);
}

void RawPoller::Add(int socket) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.fd = socket;
  CheckCall("epoll_ctl", epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event));
}

std::span<const int> RawPoller::Wait() {
  std::array<epoll_event, kAtOnce> events;
  const int count = epoll_wait(epoll_, events.data(), kAtOnce, -1);
  if (count < 0 && errno == EINTR) return {};
  const auto ready = static_cast<size_t>(CheckCall("epoll_wait", count));
  for (size_t i = 0; i < ready; ++i) ready_[i] = events[i].data.fd;
  return {ready_.data(), ready};
}

RawRead ReadMessage(int socket, char* message) {
  const ssize_t bytes = recv(socket, message, kRawBytes, 0);
  if (bytes == static_cast<ssize_t>(kRawBytes)) return RawRead::kMessage;
  if (bytes == 0 || (bytes < 0 && errno == ECONNRESET)) return RawRead::kClosed;
  if (bytes < 0 && errno == EAGAIN) return RawRead::kNothing;
  CheckCall("recv", static_cast<int>(bytes));
  Fail("a message of 32 bytes came in pieces");
}

void SendMessage(int socket, const char* message) {
  if (send(socket, message, kRawBytes, MSG_NOSIGNAL) == static_cast<ssize_t>(kRawBytes)) return;
  CheckCall("send", -1);
}

}  // namespace bellrock::bench
