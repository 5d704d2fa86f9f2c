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
  CheckCall("listen", listen(listener, 1));
  CheckCall("getsockname", getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size));
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
  const int connection = CheckCall("accept", accept(listener, nullptr, nullptr));
  MakeFast(connection);
  return connection;
}

RawReader::RawReader(int socket)
    : socket_(socket), epoll_(CheckCall("epoll_create1", epoll_create1(0))) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  CheckCall("epoll_ctl", epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event));
}

RawReader::~RawReader() {
  close(epoll_);
}

bool RawReader::ReadMessage(char* message) {
  for (size_t got = 0; got < kRawBytes;) {
    epoll_event event{};
    const int events = epoll_wait(epoll_, &event, 1, -1);
    if (events < 0 && errno == EINTR) continue;
    CheckCall("epoll_wait", events);
    const ssize_t bytes = recv(socket_, message + got, kRawBytes - got, 0);
    if (bytes == 0 || (bytes < 0 && errno == ECONNRESET)) return false;
    if (bytes < 0 && errno != EAGAIN) CheckCall("recv", -1);
    if (bytes > 0) got += static_cast<size_t>(bytes);
  }
  return true;
}

void SendMessage(int socket, const char* message) {
  if (send(socket, message, kRawBytes, MSG_NOSIGNAL) == static_cast<ssize_t>(kRawBytes)) return;
  CheckCall("send", -1);
}

}  // namespace bellrock::bench
