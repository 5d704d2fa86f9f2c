// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/resolver.h"

// What tests of senders share: receivers in a simulated network.
namespace bellrock::metrics::alarm_sender {

// In a simulated world a host's name is its address.
class NameIsAddress final : public fiber::Resolver {
 public:
  Result<std::vector<std::string>> Resolve(const std::string& host) override {
    if (host == "nowhere") return NotFoundError("nowhere: nobody has this name");
    return std::vector<std::string>{host};
  }
};

inline Status WriteText(fiber::Stream& stream, std::string_view text) {
  return stream.WriteAll({reinterpret_cast<const std::byte*>(text.data()), text.size()});
}

// Appends what comes until it ends with `end`, which is looked for from `from` on; false at the end
// of the stream.
inline bool ReadUntil(fiber::Stream& stream, std::string_view end, size_t from, std::string& text) {
  while (text.find(end, from) == std::string::npos) {
    std::byte buffer[512];
    const Result<size_t> size = stream.Read(buffer);
    if (!size.ok() || *size == 0) return false;
    text.append(reinterpret_cast<const char*>(buffer), *size);
  }
  return true;
}

// Takes connections one after the other, each served by `serve`.
class TestListener {
 public:
  using Serve = std::function<void(std::unique_ptr<fiber::Stream> stream)>;

  TestListener(fiber::Environment host, uint16_t port, Serve serve) {
    auto listener = host.network.Listen(Address::Tcp("s", port), {});
    EXPECT_TRUE(listener.ok()) << listener.status().ToString();
    listener_ = std::move(*listener);
    fiber_ = fiber::Start([this, serve = std::move(serve)] {
      while (true) {
        auto stream = listener_->Accept();
        if (!stream.ok()) return;
        serve(std::move(*stream));
      }
    });
  }
  uint16_t port() const { return listener_->address().port(); }

 private:
  std::unique_ptr<fiber::Listener> listener_;
  fiber::JoinHandle fiber_;
};

}  // namespace bellrock::metrics::alarm_sender
