// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "testing/sim_stream.h"

namespace bellrock::testing {
namespace {

// What a connect between cut hosts takes to give up, unless the fiber's deadline is earlier.
constexpr Duration kConnectTimeout = std::chrono::seconds(3);
// Datagrams that arrived and were not read; more are lost.
constexpr size_t kDatagramsMax = 256;

bool IsThisHost(const std::string& name) {
  return name.empty() || name == "0.0.0.0" || name == "::" || name == "127.0.0.1" ||
         name == "::1" || name == "localhost";
}

std::pair<std::string, std::string> Link(const std::string& a, const std::string& b) {
  return std::minmax(a, b);
}

}  // namespace

class SimListener final : public fiber::Listener {
 public:
  SimListener(SimWires& wires, SimWires::Key key, Address address, size_t backlog)
      : wires_(wires), key_(std::move(key)), address_(std::move(address)), backlog_(backlog) {
    wires_.listeners()[key_] = this;
  }
  ~SimListener() override { Close(); }

  Result<std::unique_ptr<fiber::Stream>> Accept() override {
    while (!closed_ && waiting_.empty()) BELLROCK_TRY(arrived_.Wait());
    if (closed_) return UnavailableError(fmt::format("accept {}: closed", address_.ToString()));
    std::unique_ptr<fiber::Stream> stream = std::move(waiting_.front());
    waiting_.pop_front();
    return stream;
  }
  void Close() override {
    if (std::exchange(closed_, true)) return;
    wires_.listeners().erase(key_);
    waiting_.clear();
    if (!arrived_.empty()) arrived_.WakeAll();
  }
  const Address& address() const override { return address_; }

  bool full() const { return waiting_.size() >= backlog_; }
  void Offer(std::unique_ptr<fiber::Stream> stream) {
    waiting_.push_back(std::move(stream));
    arrived_.WakeOne();
  }

 private:
  SimWires& wires_;
  SimWires::Key key_;
  Address address_;
  size_t backlog_;
  bool closed_ = false;
  std::deque<std::unique_ptr<fiber::Stream>> waiting_;
  fiber::WaitQueue arrived_;
};

class SimDatagramSocket final : public fiber::DatagramSocket {
 public:
  SimDatagramSocket(SimWires& wires, SimWires::Key key, Address address)
      : wires_(wires), key_(std::move(key)), address_(std::move(address)) {
    wires_.datagrams()[key_] = this;
  }
  ~SimDatagramSocket() override { Close(); }

  Status SendTo(const Address& to, std::span<const std::byte> bytes) override {
    if (closed_) return Closed();
    const SimWires::Key target = SimWires::Resolve(key_.first, to);
    std::vector<std::byte> copy(bytes.begin(), bytes.end());
    Address from = Address::Tcp(key_.first, address_.port());
    wires_.At(wires_.Arrival(), [&wires = wires_, sender = key_.first, target,
                                 copy = std::move(copy), from = std::move(from)]() mutable {
      auto found = wires.datagrams().find(target);
      if (found == wires.datagrams().end() || wires.IsCut(sender, target.first)) return;
      found->second->Deliver(std::move(from), std::move(copy));
    });
    return Status::Ok();
  }
  Result<size_t> ReceiveFrom(std::span<std::byte> buffer, Address& from) override {
    while (!closed_ && arrived_.empty()) BELLROCK_TRY(readable_.Wait());
    if (closed_) return Closed();
    const auto [sender, bytes] = std::move(arrived_.front());
    arrived_.pop_front();
    from = sender;
    const size_t count = std::min(buffer.size(), bytes.size());
    std::copy_n(bytes.begin(), count, buffer.begin());
    return count;
  }
  void Close() override {
    if (std::exchange(closed_, true)) return;
    wires_.datagrams().erase(key_);
    if (!readable_.empty()) readable_.WakeAll();
  }
  const Address& address() const override { return address_; }

 private:
  void Deliver(Address from, std::vector<std::byte> bytes) {
    if (arrived_.size() >= kDatagramsMax) return;
    arrived_.emplace_back(std::move(from), std::move(bytes));
    readable_.WakeOne();
  }
  Status Closed() const {
    return UnavailableError(fmt::format("socket {}: closed", address_.ToString()));
  }

  SimWires& wires_;
  SimWires::Key key_;
  Address address_;
  bool closed_ = false;
  std::deque<std::pair<Address, std::vector<std::byte>>> arrived_;
  fiber::WaitQueue readable_;
};

void SimWires::SetDelay(Duration min, Duration max) {
  delay_min_ = min;
  delay_max_ = std::max(min, max);
}

void SimWires::Cut(const std::string& a, const std::string& b) {
  cuts_.insert(Link(a, b));
}

void SimWires::Heal(const std::string& a, const std::string& b) {
  cuts_.erase(Link(a, b));
  for (const auto& pipe : LivePipes())
    if (pipe->Joins(a, b)) At(Arrival(), [pipe] { pipe->Pump(); });
}

void SimWires::Crash(const std::string& host) {
  std::vector<fiber::Listener*> listeners;
  for (const auto& [key, listener] : listeners_)
    if (key.first == host) listeners.push_back(listener);
  for (fiber::Listener* listener : listeners) listener->Close();
  std::vector<fiber::DatagramSocket*> sockets;
  for (const auto& [key, socket] : datagrams_)
    if (key.first == host) sockets.push_back(socket);
  for (fiber::DatagramSocket* socket : sockets) socket->Close();
  for (const auto& pipe : LivePipes())
    if (pipe->Touches(host)) pipe->Crash(host);
}

bool SimWires::IsCut(const std::string& a, const std::string& b) const {
  return cuts_.count(Link(a, b)) != 0;
}

Time SimWires::Arrival() {
  const auto delay = random_.Between(static_cast<uint64_t>(delay_min_.count()),
                                     static_cast<uint64_t>(delay_max_.count()));
  return loop_.Now() + Duration(static_cast<Duration::rep>(delay));
}

void SimWires::At(Time when, std::function<void()> event) {
  loop_.RunAt(when, std::move(event));
}

SimWires::Key SimWires::Resolve(const std::string& host, const Address& address) {
  if (address.kind() == Address::Kind::kUnix) return {host, address};
  // A host has one port space whatever of its names is used.
  return {IsThisHost(address.host()) ? host : address.host(), Address::Tcp("", address.port())};
}

Result<Address> SimWires::Claim(const std::string& host, const Address& address, bool datagram) {
  auto taken = [&](const Key& key) {
    return datagram ? datagrams_.count(key) != 0 : listeners_.count(key) != 0;
  };
  Address claimed = address;
  if (address.kind() == Address::Kind::kTcp && address.port() == 0) {
    do {
      claimed = Address::Tcp(address.host(), next_port_++);
    } while (taken(Resolve(host, claimed)));
  }
  const Key key = Resolve(host, claimed);
  if (key.first != host) {
    return InvalidArgumentError(fmt::format("listen {}: Cannot assign requested address (host {})",
                                            address.ToString(), host));
  }
  if (taken(key))
    return AlreadyExistsError(fmt::format("listen {}: Address already in use", address.ToString()));
  return claimed;
}

void SimWires::AddPipe(const std::shared_ptr<SimPipe>& pipe) {
  std::erase_if(pipes_, [](const auto& old) { return old.expired(); });
  pipes_.push_back(pipe);
}

std::vector<std::shared_ptr<SimPipe>> SimWires::LivePipes() {
  std::vector<std::shared_ptr<SimPipe>> live;
  for (const auto& weak : pipes_)
    if (auto pipe = weak.lock()) live.push_back(std::move(pipe));
  return live;
}

Result<std::unique_ptr<fiber::Listener>> SimNetwork::Listen(const Address& address,
                                                            const fiber::ListenOptions& options) {
  BELLROCK_ASSIGN(const Address claimed, wires_.Claim(host_, address, /*datagram=*/false));
  return std::unique_ptr<fiber::Listener>(
      std::make_unique<SimListener>(wires_, SimWires::Resolve(host_, claimed), claimed,
                                    static_cast<size_t>(std::max(options.backlog, 1))));
}

namespace {

// One connect under way: what the far side answered, if it did.
struct Handshake {
  fiber::Event answered;
  Status refusal;
  std::unique_ptr<fiber::Stream> stream;
};

// The request arrives at the listener's host.
void Knock(SimWires& wires, const std::string& from, const SimWires::Key& target,
           const Address& local, const Address& peer, const std::shared_ptr<Handshake>& shake) {
  if (wires.IsCut(from, target.first)) return;  // lost; the caller times out
  auto found = wires.listeners().find(target);
  if (found == wires.listeners().end() || found->second->full()) {
    shake->refusal =
        UnavailableError(fmt::format("connect {}: Connection refused", peer.ToString()));
  } else {
    auto there = std::make_shared<SimPipe>(wires, from, target.first);
    auto back = std::make_shared<SimPipe>(wires, target.first, from);
    wires.AddPipe(there);
    wires.AddPipe(back);
    shake->stream = std::make_unique<SimStream>(back, there, local, peer);
    found->second->Offer(std::make_unique<SimStream>(there, back, peer, local));
  }
  wires.At(wires.Arrival(), [&wires, from, target, shake] {
    if (!wires.IsCut(from, target.first)) shake->answered.Set();
  });
}

}  // namespace

Result<std::unique_ptr<fiber::Stream>> SimNetwork::Connect(const Address& address) {
  BELLROCK_TRY(fiber::CheckCurrent());
  const SimWires::Key target = SimWires::Resolve(host_, address);
  Address local = Address::Unix("");
  if (address.kind() == Address::Kind::kTcp) {
    BELLROCK_ASSIGN(local, wires_.Claim(host_, Address::Tcp(host_, 0), /*datagram=*/false));
  }
  auto shake = std::make_shared<Handshake>();
  wires_.At(wires_.Arrival(), [&wires = wires_, from = host_, target, local, peer = address,
                               shake] { Knock(wires, from, target, local, peer, shake); });
  const Time give_up = wires_.loop().Now() + kConnectTimeout;
  const Status answered = shake->answered.Wait(give_up);
  if (!answered.ok()) {
    if (answered.code() == StatusCode::kDeadlineExceeded && wires_.loop().Now() >= give_up) {
      return UnavailableError(fmt::format("connect {}: Connection timed out", address.ToString()));
    }
    return answered.WithContext("connect " + address.ToString());
  }
  if (!shake->refusal.ok()) return shake->refusal;
  return std::move(shake->stream);
}

Result<std::unique_ptr<fiber::DatagramSocket>> SimNetwork::Bind(const Address& address) {
  BELLROCK_ASSIGN(const Address claimed, wires_.Claim(host_, address, /*datagram=*/true));
  return std::unique_ptr<fiber::DatagramSocket>(
      std::make_unique<SimDatagramSocket>(wires_, SimWires::Resolve(host_, claimed), claimed));
}

}  // namespace bellrock::testing
